package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

var (
	small = &message{bytes.Repeat([]byte("a"), smallOctets)}
	large = &message{bytes.Repeat([]byte("a"), largeOctets)}
)

// serve listens on the given ports until its standard input is closed.
func serve(arguments []string) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	port := flags.Int("port", 0, "where to listen in plain text")
	tlsPort := flags.Int("tls-port", 0, "where to listen with TLS")
	cert := flags.String("cert", "", "the certificate, PEM")
	key := flags.String("key", "", "its key, PEM")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	pair, err := credentials.NewServerTLSFromFile(*cert, *key)
	if err != nil {
		return err
	}
	for _, each := range []struct {
		port    int
		options []grpc.ServerOption
	}{{*port, nil}, {*tlsPort, []grpc.ServerOption{grpc.Creds(pair)}}} {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", each.port))
		if err != nil {
			return err
		}
		server := grpc.NewServer(append(each.options, grpc.ForceServerCodecV2(octets{}))...)
		server.RegisterService(&description, nil)
		go server.Serve(listener)
	}
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

var description = grpc.ServiceDesc{
	ServiceName: service,
	Methods: []grpc.MethodDesc{
		{MethodName: "Unary", Handler: answering(small)},
		{MethodName: "Large", Handler: answering(large)},
	},
	Streams: []grpc.StreamDesc{
		{StreamName: "Stream", ServerStreams: true, Handler: stream},
		{StreamName: "Chat", ServerStreams: true, ClientStreams: true, Handler: chat},
	},
}

func answering(reply *message) grpc.MethodHandler {
	return func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var request message
		return reply, decode(&request)
	}
}

func stream(_ any, call grpc.ServerStream) error {
	var request message
	if err := call.RecvMsg(&request); err != nil {
		return err
	}
	for range streamMessages {
		if err := call.SendMsg(small); err != nil {
			return err
		}
	}
	return nil
}

func chat(_ any, call grpc.ServerStream) error {
	for {
		var received message
		err := call.RecvMsg(&received)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := call.SendMsg(&received); err != nil {
			return err
		}
	}
}
