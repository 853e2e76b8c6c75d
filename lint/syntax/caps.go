package syntax

// Caps bound what one file may cost. A file beyond them is not checked and says so.
const (
	MaxFileSize   = 1 << 20 // bytes
	MaxDepth      = 100     // nested collections
	MaxExpansions = 20_000  // nodes reached through aliases
)
