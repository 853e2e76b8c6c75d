package shell

// slab hands out zero values that are kept, many from one allocation.
type slab[T any] struct {
	free []T
	size int // of the last allocation
}

// maxSlab bounds how many values are allocated before they are needed.
const maxSlab = 32

// take returns n values, to which nothing can be appended in place.
func (s *slab[T]) take(n int) []T {
	if n > len(s.free) {
		s.size = max(n, min(2*s.size+1, maxSlab))
		s.free = make([]T, s.size)
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	return out
}

// expect makes room for n values.
func (s *slab[T]) expect(n int) { s.free = make([]T, n) }

// arena hands out zero values that are needed until it is reset.
type arena[T any] struct {
	values []T
	used   int
	count  int // of all that were taken
}

// maxArena bounds how many values an arena keeps for later.
const maxArena = 1 << 10

func (a *arena[T]) take(n int) []T {
	from := a.used
	if from+n > len(a.values) {
		from = 0
		a.values = make([]T, max(n, 2*len(a.values), 16)) // those handed out before keep their memory
	}
	a.used = from + n
	a.count += n
	return a.values[from:a.used:a.used]
}

func (a *arena[T]) one() *T { return &a.take(1)[0] }

func (a *arena[T]) reset() {
	if len(a.values) > maxArena {
		a.values = nil
	}
	clear(a.values[:min(a.used, len(a.values))])
	a.used, a.count = 0, 0
}
