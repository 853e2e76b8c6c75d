package syntax

// Nearest returns the word that a misspelt one most likely means, or "" when none is near.
func Nearest(word string, words []string) string { return nearest(word, words) }
