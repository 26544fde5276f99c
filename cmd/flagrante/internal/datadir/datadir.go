// Package datadir has the small files of the data folder: keys, tokens, names.
package datadir

// DatabaseFile is the database in the data folder.
const DatabaseFile = "flagrante.db"

// JournalFile is the journal in the data folder.
const JournalFile = "journal.db"
