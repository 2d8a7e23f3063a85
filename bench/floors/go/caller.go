package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

const callSeconds = 5

// caller makes calls with the fields of a member's call, over some connections.
type caller struct {
	connections []*grpc.ClientConn
	tokens      []string
}

func dial(next order) (*caller, error) {
	text, err := os.ReadFile(next.Tokens)
	if err != nil {
		return nil, err
	}
	options := []grpc.DialOption{
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(octets{})),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
	}
	if next.CA != "" {
		trusted, err := credentials.NewClientTLSFromFile(next.CA, "")
		if err != nil {
			return nil, err
		}
		options = append(options, grpc.WithTransportCredentials(trusted))
	}
	fresh := &caller{}
	for _, token := range strings.Fields(string(text)) {
		fresh.tokens = append(fresh.tokens, "Bearer "+token)
	}
	for range max(next.Connections, 1) {
		connection, err := grpc.NewClient("passthrough:///"+next.Address, options...)
		if err != nil {
			return nil, err
		}
		fresh.connections = append(fresh.connections, connection)
	}
	return fresh, nil
}

func (c *caller) connection(at int) *grpc.ClientConn {
	return c.connections[at%len(c.connections)]
}

func (c *caller) context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.described(context.Background()), callSeconds*time.Second)
}

// described adds one of the tokens, and ids nobody had before.
func (c *caller) described(ctx context.Context) context.Context {
	high, low, span := rand.Uint64(), rand.Uint64(), rand.Uint64()
	return metadata.NewOutgoingContext(ctx, metadata.MD{
		"authorization":   {c.tokens[high%uint64(len(c.tokens))]},
		"x-request-id":    {fmt.Sprintf("%016x%016x", low, high)},
		"traceparent":     {fmt.Sprintf("00-%016x%016x-%016x-01", high, low, span)},
		"accept-language": {"en"},
	})
}
