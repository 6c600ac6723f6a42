package main

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"k8s.io/apimachinery/pkg/api/meta"
)

type server struct {
	base   string
	client *http.Client
	mapper meta.RESTMapper
	// name is the namespace of this run, and the NAME of its objects.
	name string
}

// request has JSON for what is not said.
type request struct {
	method, path, contentType, accept string
	body                              []byte
}

type answer struct {
	status      int
	contentType string
	body        []byte
}

func (s *server) open(ctx context.Context, r request) (*http.Response, error) {
	message, err := http.NewRequestWithContext(ctx, r.method, s.base+r.path, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	message.Header.Set("Accept", or(r.accept, jsonType))
	message.Header.Set("User-Agent", "dormice-conformance")
	if r.body != nil {
		message.Header.Set("Content-Type", or(r.contentType, jsonType))
	}
	return s.client.Do(message)
}

func (s *server) send(ctx context.Context, r request) (answer, error) {
	response, err := s.open(ctx, r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header.Get("Content-Type"), body}, err
}

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
