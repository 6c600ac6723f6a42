package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
	"k8s.io/utils/ptr"

	"dormice.dev/conformance/checks/check"
)

func init() {
	register("watch: initial events end with an annotated bookmark", time.Minute, initialEvents)
	register("watch: a second one resumes where the first ended", time.Minute, resume)
	register("watch: one name, and the end by timeoutSeconds", time.Minute, oneName)
	register("watch: until with sync sees the condition", time.Minute, untilSync)
	register("watch: a version of the future is refused as upstream does", time.Minute, futureVersion)
}

func next(ctx context.Context, watcher watch.Interface) (watch.Event, error) {
	select {
	case event, open := <-watcher.ResultChan():
		if !open {
			return event, fmt.Errorf("the watch ended")
		}
		if event.Type == watch.Error {
			return event, apierrors.FromObject(event.Object)
		}
		return event, nil
	case <-ctx.Done():
		return watch.Event{}, ctx.Err()
	}
}

func initialEvents(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	for _, object := range numbered("initial", 3, map[string]string{"initial": "yes"}) {
		if _, err := client.Create(ctx, object, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	watcher, err := client.Watch(ctx, metav1.ListOptions{LabelSelector: "initial=yes", AllowWatchBookmarks: true,
		SendInitialEvents: ptr.To(true), ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan})
	if err != nil {
		return err
	}
	defer watcher.Stop()
	for range 3 {
		event, err := next(ctx, watcher)
		if err := check.All(err, check.Equal("type", event.Type, watch.Added)); err != nil {
			return err
		}
	}
	event, err := next(ctx, watcher)
	if err := check.All(err, check.Equal("type", event.Type, watch.Bookmark)); err != nil {
		return err
	}
	object, fits := event.Object.(*corev1.ConfigMap)
	if !fits {
		return fmt.Errorf("the bookmark is a %T", event.Object)
	}
	return check.Equal("annotation", object.Annotations[metav1.InitialEventsAnnotationKey], "true")
}

func resume(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	made, err := client.Create(ctx, configMap("resumed", nil), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	made.Data["key"] = "second"
	if _, err = client.Update(ctx, made, metav1.UpdateOptions{}); err != nil {
		return err
	}
	if err := client.Delete(ctx, "resumed", metav1.DeleteOptions{}); err != nil {
		return err
	}
	watcher, err := watchtools.NewRetryWatcherWithContext(ctx, made.ResourceVersion, &cache.ListWatch{
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = "metadata.name=resumed"
			return client.Watch(ctx, options)
		},
	})
	if err != nil {
		return err
	}
	defer watcher.Stop()
	modified, err := next(ctx, watcher)
	if err := check.All(err, check.Equal("first", modified.Type, watch.Modified)); err != nil {
		return err
	}
	deleted, err := next(ctx, watcher)
	if err != nil {
		return err
	}
	return check.All(
		check.Equal("second", deleted.Type, watch.Deleted),
		check.Equal("last state", deleted.Object.(*corev1.ConfigMap).Data["key"], "second"),
	)
}

func oneName(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	watcher, err := client.Watch(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("metadata.name", "one-name").String(), TimeoutSeconds: ptr.To[int64](2)})
	if err != nil {
		return err
	}
	for _, name := range []string{"other-name", "one-name"} {
		if _, err := client.Create(ctx, configMap(name, nil), metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	event, err := next(ctx, watcher)
	if err := check.All(err, check.Equal("name", event.Object.(*corev1.ConfigMap).Name, "one-name")); err != nil {
		return err
	}
	select {
	case event, open := <-watcher.ResultChan():
		if open {
			return fmt.Errorf("an event more: %v", event)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the watch does not end")
	}
}

func untilSync(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	if _, err := client.Create(ctx, configMap("until", nil), metav1.CreateOptions{}); err != nil {
		return err
	}
	go func() {
		for i := range 5 {
			object := configMap("until", map[string]string{"step": fmt.Sprint(i)})
			if _, err := client.Update(ctx, object, metav1.UpdateOptions{}); err != nil {
				return
			}
		}
	}()
	list := cache.NewFilteredListWatchFromClient(c.typed.CoreV1().RESTClient(), "configmaps", c.namespace,
		func(options *metav1.ListOptions) { options.FieldSelector = "metadata.name=until" })
	event, err := watchtools.UntilWithSync(ctx, list, &corev1.ConfigMap{}, nil, func(event watch.Event) (bool, error) {
		return event.Object.(*corev1.ConfigMap).Labels["step"] == "4", nil
	})
	if err != nil {
		return err
	}
	return check.Equal("step", event.Object.(*corev1.ConfigMap).Labels["step"], "4")
}

func futureVersion(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	_, err := client.List(ctx, metav1.ListOptions{ResourceVersion: "9000000000000000"})
	if !apierrors.IsTimeout(err) || !apierrors.HasStatusCause(err, metav1.CauseTypeResourceVersionTooLarge) {
		return fmt.Errorf("list: %v", err)
	}
	return nil
}
