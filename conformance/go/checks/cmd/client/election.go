package main

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"

	"dormice.dev/conformance/checks/check"
)

func init() {
	register("leader election: one leads, the next follows when it lets go", time.Minute, election)
}

// contend starts a contender; the channel closes when it leads.
func contend(ctx context.Context, c *cluster, name string) (<-chan struct{}, <-chan struct{}, error) {
	leads, ended := make(chan struct{}), make(chan struct{})
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Name: "leader", Namespace: c.namespace},
			Client:     c.typed.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		},
		LeaseDuration:   6 * time.Second,
		RenewDeadline:   4 * time.Second,
		RetryPeriod:     200 * time.Millisecond,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { close(leads) },
			OnStoppedLeading: func() {},
		},
	})
	if err != nil {
		return nil, nil, err
	}
	go func() {
		defer close(ended)
		elector.Run(ctx)
	}()
	return leads, ended, nil
}

func election(ctx context.Context, c *cluster) error {
	first, letGo := context.WithCancel(ctx)
	defer letGo()
	firstLeads, firstEnded, err := contend(first, c, "first")
	if err != nil {
		return err
	}
	if !closes(ctx, firstLeads) {
		return fmt.Errorf("the first contender never leads")
	}
	second, stop := context.WithCancel(ctx)
	secondLeads, secondEnded, err := contend(second, c, "second")
	defer func() { stop(); <-secondEnded }()
	if err != nil {
		return err
	}
	select {
	case <-secondLeads:
		return fmt.Errorf("two lead at once")
	case <-time.After(time.Second):
	}
	letGo()
	if !closes(ctx, firstEnded) || !closes(ctx, secondLeads) {
		return fmt.Errorf("the second contender never leads")
	}
	lease, err := c.typed.CoordinationV1().Leases(c.namespace).Get(ctx, "leader", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return check.All(
		check.Equal("holder", *lease.Spec.HolderIdentity, "second"),
		check.Equal("transitions", *lease.Spec.LeaseTransitions, 1),
	)
}

func closes(ctx context.Context, channel <-chan struct{}) bool {
	select {
	case <-channel:
		return true
	case <-ctx.Done():
		return false
	}
}
