// Command peer is grpc-go at the other end: "peer serve PORT" answers the standard interoperability cases,
// "peer call CASE ADDRESS" runs one and fails when the server does not behave. With -ca, -cert and -key over TLS.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/interop"
	pb "google.golang.org/grpc/interop/grpc_testing"
)

const (
	patience      = 30 * time.Second
	atOnce        = 20
	largeResponse = 314159
)

var (
	ca   = flag.String("ca", "", "PEM file of the authority that the server's certificate is from")
	cert = flag.String("cert", "", "PEM file of the server's certificate")
	key  = flag.String("key", "", "PEM file of its key")
)

type testCase func(context.Context, *grpc.ClientConn, pb.TestServiceClient)

// simple makes a case of one that needs no more than the stub.
func simple(do func(context.Context, pb.TestServiceClient, ...grpc.CallOption), options ...grpc.CallOption) testCase {
	return func(ctx context.Context, _ *grpc.ClientConn, client pb.TestServiceClient) {
		do(ctx, client, options...)
	}
}

var cases = map[string]testCase{
	"empty_unary":                 simple(interop.DoEmptyUnaryCall),
	"large_unary":                 simple(interop.DoLargeUnaryCall),
	"concurrent_large_unary":      concurrentLargeUnary,
	"client_streaming":            simple(interop.DoClientStreaming),
	"server_streaming":            simple(interop.DoServerStreaming),
	"ping_pong":                   simple(interop.DoPingPong),
	"empty_stream":                simple(interop.DoEmptyStream),
	"cancel_after_begin":          simple(interop.DoCancelAfterBegin),
	"cancel_after_first_response": simple(interop.DoCancelAfterFirstResponse),
	"timeout_on_sleeping_server":  simple(interop.DoTimeoutOnSleepingServer),
	"custom_metadata":             simple(interop.DoCustomMetadata),
	"status_code_and_message":     simple(interop.DoStatusCodeAndMessage),
	"special_status_message":      simple(interop.DoSpecialStatusMessage),
	"unimplemented_method": func(ctx context.Context, conn *grpc.ClientConn, _ pb.TestServiceClient) {
		interop.DoUnimplementedMethod(ctx, conn)
	},
	"unimplemented_service": func(ctx context.Context, conn *grpc.ClientConn, _ pb.TestServiceClient) {
		interop.DoUnimplementedService(ctx, pb.NewUnimplementedServiceClient(conn))
	},
	"client_compressed_unary":     simple(interop.DoLargeUnaryCall, grpc.UseCompressor(gzip.Name)),
	"client_compressed_streaming": simple(interop.DoClientStreaming, grpc.UseCompressor(gzip.Name)),
	"server_compressed_unary":     serverCompressedUnary,
}

func concurrentLargeUnary(ctx context.Context, _ *grpc.ClientConn, client pb.TestServiceClient) {
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() { interop.DoLargeUnaryCall(ctx, client) })
	}
	all.Wait()
}

func serverCompressedUnary(ctx context.Context, _ *grpc.ClientConn, client pb.TestServiceClient) {
	request := &pb.SimpleRequest{ResponseSize: largeResponse, ResponseCompressed: &pb.BoolValue{Value: true}}
	reply, err := client.UnaryCall(ctx, request)
	if err != nil {
		log.Fatal(err)
	}
	if size := len(reply.GetPayload().GetBody()); size != largeResponse {
		log.Fatalf("got %d octets, want %d", size, largeResponse)
	}
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	switch flag.Arg(0) {
	case "serve":
		serve(flag.Arg(1))
	case "call":
		call(flag.Arg(1), flag.Arg(2))
	default:
		log.Fatal("usage: peer serve PORT | peer call CASE ADDRESS")
	}
}

func serve(port string) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	var options []grpc.ServerOption
	if *cert != "" {
		secure, err := credentials.NewServerTLSFromFile(*cert, *key)
		if err != nil {
			log.Fatal(err)
		}
		options = append(options, grpc.Creds(secure))
	}
	server := grpc.NewServer(options...)
	pb.RegisterTestServiceServer(server, interop.NewTestServer())
	fmt.Println("listening")
	log.Fatal(server.Serve(listener))
}

func call(name, address string) {
	run, known := cases[name]
	if !known {
		log.Fatalf("no case %q", name)
	}
	secure := insecure.NewCredentials()
	if *ca != "" {
		secure = credentials.NewTLS(&tls.Config{RootCAs: authority(*ca), MinVersion: tls.VersionTLS13})
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(secure))
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	run(ctx, conn, pb.NewTestServiceClient(conn))
}

func authority(file string) *x509.CertPool {
	pem, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return pool
}
