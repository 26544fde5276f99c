package socks

import (
	"fmt"
	"io"
	"net"
)

// maxMarks is what the length of one byte leaves room for.
const maxMarks = 255

// Marked returns a connection on which a client's greeting offers to say which flagrantes
// it has come through. A server that is none sees a method that it does not know; what
// is said to one that is does not show on the side of the client.
func Marked(c net.Conn, marks string) net.Conn {
	// The newest ones: in a circle each is among them again and again.
	return &marked{Conn: c, marks: marks[max(0, len(marks)-maxMarks):]}
}

type marked struct {
	net.Conn
	marks string
	// greeted is set when the greeting was sent, and answered when the answer to it has
	// been read into reply.
	greeted, answered bool
	reply             []byte
}

// Write adds the method to the first message, which is the greeting.
func (m *marked) Write(p []byte) (int, error) {
	if m.greeted || len(p) < 2 {
		return m.Conn.Write(p)
	}
	m.greeted = true
	greeting := append([]byte{p[0], p[1] + 1}, p[2:]...)
	if _, err := m.Conn.Write(append(greeting, methodMarks)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (m *marked) Read(p []byte) (int, error) {
	if !m.answered {
		if err := m.answer(); err != nil {
			return 0, err
		}
	}
	if len(m.reply) > 0 {
		n := copy(p, m.reply)
		m.reply = m.reply[n:]
		return n, nil
	}
	return m.Conn.Read(p)
}

// answer reads the method that the server has chosen.
func (m *marked) answer() error {
	m.answered = true
	reply := make([]byte, 2)
	if _, err := io.ReadFull(m.Conn, reply); err != nil {
		return err
	}
	if reply[1] == methodMarks {
		if _, err := m.Conn.Write(append([]byte{byte(len(m.marks))}, m.marks...)); err != nil {
			return fmt.Errorf("say what a connection has come through: %w", err)
		}
		if _, err := io.ReadFull(m.Conn, reply); err != nil {
			return err
		}
	}
	m.reply = reply
	return nil
}
