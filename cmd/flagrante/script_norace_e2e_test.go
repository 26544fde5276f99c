//go:build e2e && !race

package main_test

const raceEnabled = false
