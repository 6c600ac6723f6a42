package main

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/yaml"

	"dormice.dev/conformance/checks/check"
)

//go:embed objects.yaml
var objects string

// subject is one object of objects.yaml.
type subject struct {
	name string
	text string
}

func (s *server) subjects() []subject {
	var all []subject
	replace := strings.NewReplacer("NAMESPACE", s.name, "NAME", s.name)
	for _, text := range strings.Split(objects, "\n---\n") {
		var kind metav1.TypeMeta
		if err := yaml.Unmarshal([]byte(text), &kind); err != nil {
			panic(err)
		}
		all = append(all, subject{kind.APIVersion + " " + kind.Kind, replace.Replace(text)})
	}
	return all
}

// place is where an object lives.
type place struct{ collection, one, name string }

func (s *server) placeOf(object runtime.Object) (place, error) {
	kind := object.GetObjectKind().GroupVersionKind()
	mapping, err := s.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return place{}, err
	}
	path := "/apis/" + kind.GroupVersion().String()
	if kind.Group == "" {
		path = "/api/" + kind.Version
	}
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		path += "/namespaces/" + s.name
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		return place{}, err
	}
	path += "/" + mapping.Resource.Resource
	return place{path, path + "/" + accessor.GetName(), accessor.GetName()}, nil
}

func (one subject) life(ctx context.Context, s *server) error {
	asJSON, err := yaml.YAMLToJSON([]byte(one.text))
	if err != nil {
		return err
	}
	object, err := decode(inJSON, asJSON)
	if err != nil {
		return err
	}
	at, err := s.placeOf(object)
	if err != nil {
		return err
	}
	made, err := one.create(ctx, s, at, object)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	defer one.remove(s, at)
	only := at.collection + "?fieldSelector=" + url.QueryEscape("metadata.name="+at.name)
	for _, step := range []struct {
		name string
		work func() error
	}{
		{"get", func() error { return s.readBoth(ctx, at.one) }},
		{"list", func() error { return s.readBoth(ctx, only) }},
		{"list of metadata", func() error { return s.readPartial(ctx, only) }},
		{"watch", func() error { return s.watchOne(ctx, only) }},
		{"update", func() error { return one.update(ctx, s, at) }},
		{"patch", func() error { return s.patchBoth(ctx, at) }},
		{"apply", func() error { return s.apply(ctx, at, made) }},
		{"delete", func() error { return s.deleteDry(ctx, at) }},
	} {
		if err := step.work(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// create sends protobuf and gets protobuf; its answer means what a JSON answer to a dry run of the same means.
func (one subject) create(ctx context.Context, s *server, at place, object runtime.Object) (runtime.Object, error) {
	body, err := encode(object)
	if err != nil {
		return nil, err
	}
	made, err := s.expect(ctx, http.StatusCreated, request{http.MethodPost, at.collection, protobufType, protobufType, body})
	if err != nil {
		return nil, err
	}
	read, err := decode(inWire, made.body)
	if err != nil {
		return nil, err
	}
	written, err := encode(read)
	if err != nil {
		return nil, err
	}
	return read, sameBytes(made.body, written)
}

// expect sends and wants the status; answers are to be of the type that was asked for.
func (s *server) expect(ctx context.Context, status int, r request) (answer, error) {
	got, err := s.send(ctx, r)
	if err != nil {
		return got, err
	}
	if got.status != status {
		return got, fmt.Errorf("%s %s: status %d: %q", r.method, r.path, got.status, got.body)
	}
	want := or(r.accept, jsonType)
	return got, check.Equal("content type", strings.Split(got.contentType, ";as=")[0], strings.Split(want, ";as=")[0])
}

// readBoth gets the path in protobuf and in JSON; again when the object changed in between.
func (s *server) readBoth(ctx context.Context, path string) error {
	return s.bothWays(ctx, path, protobufType, jsonType)
}

func (s *server) readPartial(ctx context.Context, path string) error {
	as := ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
	return s.bothWays(ctx, path, protobufType+as, jsonType+as)
}

func (s *server) bothWays(ctx context.Context, path, wireAccept, jsonAccept string) error {
	var last error
	for range 5 {
		inProtobuf, err := s.expect(ctx, http.StatusOK, request{method: http.MethodGet, path: path, accept: wireAccept})
		if err != nil {
			return err
		}
		asJSON, err := s.expect(ctx, http.StatusOK, request{method: http.MethodGet, path: path, accept: jsonAccept})
		if err != nil {
			return err
		}
		if last = compare(inProtobuf.body, asJSON.body); last == nil {
			return nil
		}
	}
	return last
}

// watchOne reads the first event of a watch in both forms.
func (s *server) watchOne(ctx context.Context, path string) error {
	var last error
	for range 5 {
		frame, err := s.firstFrame(ctx, path+"&watch=true", protobufType+";stream=watch")
		if err != nil {
			return err
		}
		var event metav1.WatchEvent
		if err := event.Unmarshal(frame); err != nil {
			return fmt.Errorf("frame: %w", err)
		}
		if err := check.Equal("type", event.Type, string(watch.Added)); err != nil {
			return err
		}
		asJSON, err := s.expect(ctx, http.StatusOK, request{method: http.MethodGet, path: strings.Split(path, "?")[0] + "/" + nameIn(path)})
		if err != nil {
			return err
		}
		if last = compare(event.Object.Raw, asJSON.body); last == nil {
			return nil
		}
	}
	return last
}

func nameIn(path string) string {
	_, selector, _ := strings.Cut(path, "fieldSelector=")
	text, _ := url.QueryUnescape(selector)
	return strings.TrimPrefix(text, "metadata.name=")
}

func (s *server) firstFrame(ctx context.Context, path, accept string) ([]byte, error) {
	bounded, stop := context.WithCancel(ctx)
	defer stop()
	response, err := s.open(bounded, request{method: http.MethodGet, path: path, accept: accept})
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if err := check.Equal("content type", response.Header.Get("Content-Type"), protobufType+";stream=watch"); err != nil {
		return nil, err
	}
	var length [4]byte
	if _, err := io.ReadFull(response.Body, length[:]); err != nil {
		return nil, err
	}
	frame := make([]byte, binary.BigEndian.Uint32(length[:]))
	_, err = io.ReadFull(response.Body, frame)
	return frame, err
}

// update puts back in protobuf what was read in protobuf, with one more label; again on a conflict.
func (one subject) update(ctx context.Context, s *server, at place) error {
	return check.Until(ctx, "the update to be taken", func() error {
		current, err := s.expect(ctx, http.StatusOK, request{method: http.MethodGet, path: at.one, accept: protobufType})
		if err != nil {
			return err
		}
		object, err := decode(inWire, current.body)
		if err != nil {
			return err
		}
		accessor, err := meta.Accessor(object)
		if err != nil {
			return err
		}
		labels := accessor.GetLabels()
		if labels == nil {
			labels = map[string]string{}
		}
		labels["wire"] = "updated"
		accessor.SetLabels(labels)
		body, err := encode(object)
		if err != nil {
			return err
		}
		after, err := s.expect(ctx, http.StatusOK, request{http.MethodPut, at.one, protobufType, protobufType, body})
		if err != nil {
			return err
		}
		return hasLabel(after.body, "wire", "updated")
	})
}

func hasLabel(body []byte, name, value string) error {
	object, err := decode(inWire, body)
	if err != nil {
		return err
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		return err
	}
	return check.Equal("label", accessor.GetLabels()[name], value)
}

// patchBoth patches with JSON and gets protobuf.
func (s *server) patchBoth(ctx context.Context, at place) error {
	after, err := s.expect(ctx, http.StatusOK, request{http.MethodPatch, at.one, "application/strategic-merge-patch+json", protobufType,
		[]byte(`{"metadata":{"labels":{"wire":"patched"}}}`)})
	if err != nil {
		return err
	}
	return hasLabel(after.body, "wire", "patched")
}

func (s *server) apply(ctx context.Context, at place, made runtime.Object) error {
	kind, err := typeOf(made)
	if err != nil {
		return err
	}
	body := fmt.Appendf(nil, `{"apiVersion":%q,"kind":%q,"metadata":{"name":%q,"labels":{"applied":"yes"}}}`, kind.APIVersion, kind.Kind, at.name)
	after, err := s.expect(ctx, http.StatusOK, request{http.MethodPatch, at.one + "?fieldManager=wire", "application/apply-patch+yaml", protobufType, body})
	if err != nil {
		return err
	}
	return hasLabel(after.body, "applied", "yes")
}

func typeOf(object runtime.Object) (metav1.TypeMeta, error) {
	kinds, _, err := types.ObjectKinds(object)
	if err != nil {
		return metav1.TypeMeta{}, err
	}
	version, kind := kinds[0].ToAPIVersionAndKind()
	return metav1.TypeMeta{APIVersion: version, Kind: kind}, nil
}

// deleteDry sends DeleteOptions in protobuf, for a dry run.
func (s *server) deleteDry(ctx context.Context, at place) error {
	body, err := encode(&metav1.DeleteOptions{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "DeleteOptions"}, DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		return err
	}
	after, err := s.expect(ctx, http.StatusOK, request{http.MethodDelete, at.one, protobufType, protobufType, body})
	if err != nil {
		return err
	}
	object, err := decode(inWire, after.body)
	if err != nil {
		return err
	}
	written, err := encode(object)
	if err != nil {
		return err
	}
	return sameBytes(after.body, written)
}

func (one subject) remove(s *server, at place) {
	ctx := context.Background()
	_, _ = s.send(ctx, request{http.MethodPatch, at.one, "application/merge-patch+json", jsonType, []byte(`{"metadata":{"finalizers":null}}`)})
	_, _ = s.send(ctx, request{method: http.MethodDelete, path: at.one + "?propagationPolicy=Background&gracePeriodSeconds=0"})
}
