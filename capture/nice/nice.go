// Package nice has work in the background step back behind the traffic.
package nice

// Behind is the nice value (setpriority(2)) of threads that work in the background:
// while the processor is full they get about a tenth of what a thread of the traffic
// gets, and all of it otherwise.
const Behind = 10
