// Package slab allocates values of one type many at a time.
package slab

// Of hands out values of one type, cut from arrays of a few, and then of a quarter of all before. A value stays in memory as long as
// one of its neighbours does, so this is for what lives and dies together, as a tree does. The zero value is ready to use.
type Of[T any] struct {
	free []T
	made int // values in all arrays
}

const least = 4 // values in an array

// New returns a pointer to a zero value.
func (s *Of[T]) New() *T {
	if len(s.free) == 0 {
		s.grow(1)
	}
	v := &s.free[0]
	s.free = s.free[1:]
	return v
}

// Take returns n zero values. Nothing can be appended to them in place.
func (s *Of[T]) Take(n int) []T {
	if n > len(s.free) {
		if n >= least {
			return make([]T, n)
		}
		s.grow(n)
	}
	list := s.free[:n:n]
	s.free = s.free[n:]
	return list
}

// Copy returns a copy of list.
func (s *Of[T]) Copy(list []T) []T {
	out := s.Take(len(list))
	copy(out, list)
	return out
}

func (s *Of[T]) grow(n int) {
	n = max(n, least, s.made/4)
	s.free = make([]T, n)
	s.made += n
}
