package main

// Main is the program, of the given version.
func Main(v string) {
	version = v
	main()
}
