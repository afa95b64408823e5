package commands

import (
	"log"
	"reflect"
)

// Must ends the program if there is an error.
func Must(what string, err error) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}

// Expect ends the program if what was got is not what was wanted.
func Expect(what string, got, wanted any) {
	if !reflect.DeepEqual(got, wanted) {
		log.Fatalf("%s: %v instead of %v", what, got, wanted)
	}
}
