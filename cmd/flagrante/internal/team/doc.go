// Package team holds tests alone: of proxies, desks, and a PostgreSQL between them, each
// of which is killed in turn.
package team
