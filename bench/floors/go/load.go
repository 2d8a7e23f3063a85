package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"google.golang.org/grpc"
)

// order is one load; the fields of bench.transports.orders.Order.
type order struct {
	Address     string  `json:"address"`
	CA          string  `json:"ca"`
	Tokens      string  `json:"tokens"`
	Kind        string  `json:"kind"`
	Seconds     float64 `json:"seconds"`
	Rate        float64 `json:"rate"`
	InFlight    int     `json:"in_flight"`
	Connections int     `json:"connections"`
}

// load obeys orders, one JSON document a line, and answers each with a line of figures.
func load(orders io.Reader, answers io.Writer) error {
	lines := bufio.NewScanner(orders)
	encoder := json.NewEncoder(answers)
	callers := map[string]*caller{}
	for lines.Scan() {
		var next order
		if err := json.Unmarshal(lines.Bytes(), &next); err != nil {
			return err
		}
		caller, err := callerFor(callers, next)
		if err != nil {
			return err
		}
		if err := encoder.Encode(obey(caller, next)); err != nil {
			return err
		}
	}
	return lines.Err()
}

func callerFor(known map[string]*caller, next order) (*caller, error) {
	if kept, ok := known[next.Address]; ok {
		return kept, nil
	}
	fresh, err := dial(next)
	if err == nil {
		known[next.Address] = fresh
	}
	return fresh, err
}

func obey(caller *caller, next order) figures {
	switch {
	case next.Kind == "hold":
		return hold(caller, next)
	case next.Rate > 0:
		return openLoop(caller, next)
	default:
		return closedLoop(caller, next)
	}
}

// closedLoop keeps as many calls open as ordered until the time is over.
func closedLoop(caller *caller, next order) figures {
	var sum tally
	var group sync.WaitGroup
	begun := time.Now()
	end := begun.Add(time.Duration(next.Seconds * float64(time.Second)))
	for range next.InFlight {
		group.Go(func() {
			for time.Now().Before(end) {
				done, err := caller.fire(next.Kind, end)
				sum.add(done, err)
			}
		})
	}
	group.Wait()
	return sum.figures(time.Since(begun))
}

// openLoop sends each call when it is due, whether or not earlier ones were answered; latency counts from then.
func openLoop(caller *caller, next order) figures {
	var sum tally
	var group sync.WaitGroup
	begun := time.Now()
	for _, after := range arrivals(next.Rate, next.Seconds) {
		due := begun.Add(after)
		time.Sleep(time.Until(due))
		group.Go(func() {
			done, err := caller.fire(next.Kind, due)
			sum.latency(time.Since(due))
			sum.add(done, err)
		})
	}
	group.Wait()
	return sum.figures(time.Since(begun))
}

// hold opens streams on which nothing happens after a first exchange; they stay open while the program runs.
func hold(caller *caller, next order) figures {
	var sum tally
	begun := time.Now()
	for at := range next.InFlight {
		sum.add(1, caller.open(at))
	}
	return sum.figures(time.Since(begun))
}

// fire makes one call and returns how many messages came back.
func (c *caller) fire(kind string, end time.Time) (int, error) {
	switch kind {
	case "unary":
		return c.unary(unaryPath)
	case "large":
		return c.unary(largePath)
	case "stream":
		return c.stream()
	case "chat":
		return c.chat(end)
	}
	return 0, fmt.Errorf("there is no load %q", kind)
}

func (c *caller) unary(path string) (int, error) {
	ctx, cancel := c.context()
	defer cancel()
	var reply message
	return 1, c.connection(0).Invoke(ctx, path, small, &reply)
}

func (c *caller) stream() (int, error) {
	ctx, cancel := c.context()
	defer cancel()
	call, err := c.connection(0).NewStream(ctx, &streamDesc, streamPath)
	if err != nil {
		return 0, err
	}
	if err := call.SendMsg(small); err != nil {
		return 0, err
	}
	if err := call.CloseSend(); err != nil {
		return 0, err
	}
	for received := 0; ; received++ {
		var reply message
		if err := call.RecvMsg(&reply); err != nil {
			return received, ended(err)
		}
	}
}

func (c *caller) chat(end time.Time) (int, error) {
	ctx, cancel := context.WithCancel(c.described(context.Background()))
	defer cancel()
	call, err := c.connection(0).NewStream(ctx, &chatDesc, chatPath)
	if err != nil {
		return 0, err
	}
	exchanged := 0
	for ; time.Now().Before(end); exchanged++ {
		if err := exchange(call); err != nil {
			return exchanged, err
		}
	}
	if err := call.CloseSend(); err != nil {
		return exchanged, err
	}
	var reply message
	return exchanged, ended(call.RecvMsg(&reply))
}

// open leaves a stream open after its first exchange.
func (c *caller) open(at int) error {
	call, err := c.connection(at).NewStream(c.described(context.Background()), &chatDesc, chatPath)
	if err != nil {
		return err
	}
	return exchange(call)
}

func exchange(call grpc.ClientStream) error {
	if err := call.SendMsg(small); err != nil {
		return err
	}
	var reply message
	return call.RecvMsg(&reply)
}

func ended(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}
