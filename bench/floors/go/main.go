// Command floors serves and calls with grpc-go, as bench.transports.serve and bench.transports.load do in Python.
package main

import (
	"fmt"
	"os"
)

func main() {
	var err error
	switch {
	case len(os.Args) > 1 && os.Args[1] == "serve":
		err = serve(os.Args[2:])
	case len(os.Args) > 1 && os.Args[1] == "load":
		err = load(os.Stdin, os.Stdout)
	default:
		err = fmt.Errorf("usage: %s serve|load", os.Args[0])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
