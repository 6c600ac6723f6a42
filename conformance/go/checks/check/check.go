// Package check prints one line a check and counts: `PASS name`, `FAIL name: reason`, and `N passed, N failed` at the end.
package check

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

// Report counts the checks of one program.
type Report struct {
	only           *regexp.Regexp
	passed, failed int
}

// New makes a report of the checks whose name matches the expression; the empty one matches all.
func New(only string) *Report {
	return &Report{only: regexp.MustCompile(only)}
}

// Run does one check within the time limit. A panic of the check is its failure.
func (r *Report) Run(name string, limit time.Duration, work func(context.Context) error) {
	if !r.only.MatchString(name) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	err := guarded(ctx, work)
	if err == nil {
		r.passed++
		fmt.Println("PASS", name)
		return
	}
	r.failed++
	fmt.Printf("FAIL %s: %s\n", name, strings.ReplaceAll(err.Error(), "\n", "\\n"))
}

func guarded(ctx context.Context, work func(context.Context) error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	return work(ctx)
}

// Exit prints the counts and ends the process: 0 when nothing failed.
func (r *Report) Exit() {
	fmt.Printf("%d passed, %d failed\n", r.passed, r.failed)
	if r.failed > 0 {
		os.Exit(1)
	}
	os.Exit(0)
}

// Until asks every 50 ms until the answer is nil or the context ends; the last answer is the error.
func Until(ctx context.Context, what string, ask func() error) error {
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("gave up waiting for %s: %w", what, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Equal says what differs.
func Equal[T comparable](what string, got, want T) error {
	if got == want {
		return nil
	}
	return fmt.Errorf("%s: got %v, want %v", what, got, want)
}

// All gives the first error.
func All(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
