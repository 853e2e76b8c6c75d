package slab

import "testing"

// TestOf holds values to be zero and apart from each other, however they are taken.
func TestOf(t *testing.T) {
	var s Of[int]
	var lists [][]int
	for n := range 200 {
		v := s.New()
		if *v != 0 {
			t.Fatalf("value %d is %d", n, *v)
		}
		*v = -1
		list := s.Take(n % 13)
		if len(list) != n%13 || cap(list) != n%13 {
			t.Fatalf("%d values of %d, room for %d", len(list), n%13, cap(list))
		}
		for i := range list {
			if list[i] != 0 {
				t.Fatalf("value %d of list %d is %d", i, n, list[i])
			}
			list[i] = n
		}
		lists = append(lists, list, s.Copy(list))
	}
	for i, list := range lists {
		for _, v := range list {
			if v != i/2 {
				t.Fatalf("list %d holds %d", i, v)
			}
		}
	}
}
