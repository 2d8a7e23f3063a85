package main

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/mem"
)

// The methods, sizes and counts of bench/transports/contract.py.
const (
	service        = "bench.Transport"
	unaryPath      = "/" + service + "/Unary"
	largePath      = "/" + service + "/Large"
	streamPath     = "/" + service + "/Stream"
	chatPath       = "/" + service + "/Chat"
	smallOctets    = 300
	largeOctets    = 20_480
	streamMessages = 1_000
)

var (
	streamDesc = grpc.StreamDesc{StreamName: "Stream", ServerStreams: true}
	chatDesc   = grpc.StreamDesc{StreamName: "Chat", ServerStreams: true, ClientStreams: true}
)

// message is what the codec carries: octets as they are.
type message struct{ octets []byte }

// octets is a codec that encodes nothing, so that protobuf is not measured.
type octets struct{}

func (octets) Name() string { return "proto" }

func (octets) Marshal(value any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(value.(*message).octets)}, nil
}

func (octets) Unmarshal(data mem.BufferSlice, value any) error {
	value.(*message).octets = data.Materialize()
	return nil
}
