//go:build !unix

package repo

import "testing"

func makePipe(t *testing.T, name string) {
	t.Helper()
	t.Skip("no named pipes here")
}
