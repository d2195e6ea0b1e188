// deploy-tools runs what deploy/ and the chart hold, with the engines of those who will run it:
//
//	template   renders the chart as `helm template` does: Go's text/template, sprig, Helm's functions, JSON schema
//	json       turns YAML documents on stdin into one JSON array
//	lua        runs an Argo CD health check or action with gopher-lua, Argo CD's own Lua
//	cel        evaluates Flux health check expressions with cel-go, Flux's own CEL
//
// Results go to stdout; a failure is one message on stderr and exit code 1.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	commands := map[string]func([]string) error{
		"template": templateCommand, "json": jsonCommand, "lua": luaCommand, "cel": celCommand,
	}
	err := errors.New("usage: deploy-tools template|json|lua|cel …")
	if len(os.Args) > 1 && commands[os.Args[1]] != nil {
		err = commands[os.Args[1]](os.Args[2:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

// jsonCommand reads YAML documents and writes their objects as one JSON array.
func jsonCommand([]string) error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	manifests, err := parseManifests("stdin", string(text))
	if err != nil {
		return err
	}
	objects := []any{}
	for _, manifest := range manifests {
		objects = append(objects, manifest.Object)
	}
	return writeJSON(objects)
}

func writeJSON(value any) error {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
