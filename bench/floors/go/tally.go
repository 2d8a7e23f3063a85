package main

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// figures are what came of an order; those of bench.transports.orders.Answer.
type figures struct {
	Done    int     `json:"done"`
	Failed  int     `json:"failed"`
	Seconds float64 `json:"seconds"`
	P50     float64 `json:"p50"`
	P99     float64 `json:"p99"`
	Error   string  `json:"error"`
}

// tally counts what many goroutines did.
type tally struct {
	lock      sync.Mutex
	sum       figures
	latencies []time.Duration
}

func (t *tally) add(done int, err error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if err == nil {
		t.sum.Done += done
		return
	}
	t.sum.Failed++
	t.sum.Error = err.Error()
}

func (t *tally) latency(took time.Duration) {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.latencies = append(t.latencies, took)
}

func (t *tally) figures(took time.Duration) figures {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.sum.Seconds = took.Seconds()
	if len(t.latencies) > 0 {
		slices.Sort(t.latencies)
		t.sum.P50 = t.latencies[(len(t.latencies)-1)/2].Seconds()
		t.sum.P99 = t.latencies[(len(t.latencies)-1)*99/100].Seconds()
	}
	return t.sum
}

// arrivals returns due times of a Poisson stream; the same arguments give the same times.
func arrivals(rate, seconds float64) []time.Duration {
	gaps := rand.New(rand.NewPCG(1, 1))
	var due []time.Duration
	for at := gaps.ExpFloat64() / rate; at < seconds; at += gaps.ExpFloat64() / rate {
		due = append(due, time.Duration(at*float64(time.Second)))
	}
	return due
}
