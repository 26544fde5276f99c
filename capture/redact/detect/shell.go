package detect

import "strings"

// keyword looks at words behind which something secret stands in a language that has no
// sign between the two: SQL, the commands of a shell, those of Redis.
func (f *finder) keyword(start, end int) {
	switch f.text[start:end] {
	case "IDENTIFIED", "identified", "Identified":
		f.identified(end)
	case "AUTH":
		f.redisLogin(end)
	case "use", "USE", "user", "USER":
		f.netUse(start, end)
	case "parameters", "Parameters", "PARAMETERS", "params", "bindings", "binds", "args":
		f.bindings(start, end)
	}
	if f.at == start && start > 1 && f.text[start-1] == '-' && strings.IndexByte(" \t'\"", f.text[start-2]) >= 0 {
		f.shortOption(start)
	}
}

// maxStatement bounds how far the beginning of a statement or command is looked for, in
// bytes.
const maxStatement = 2000

// identified finds the password of a statement that makes or changes an account, as Oracle
// and MySQL have it: CREATE USER app IDENTIFIED BY '…' (MySQL 8.4, section 15.7.1.3).
func (f *finder) identified(end int) {
	before := strings.ToLower(f.text[max(0, end-200):end])
	if !strings.Contains(before, "create ") && !strings.Contains(before, "alter ") && !strings.Contains(before, "grant ") && !strings.Contains(before, "connect to ") {
		return
	}
	at := end
	for range 5 {
		at += len(f.text[at:]) - len(strings.TrimLeft(f.text[at:], " \t\r\n"))
		n := wordLength(f.text[at:])
		word := f.text[at : at+n]
		at += n
		switch {
		case strings.EqualFold(word, "by"), strings.EqualFold(word, "as"):
			at += len(f.text[at:]) - len(trimmedWord(f.text[at:], "password", "values"))
			f.secretAt(at+len(f.text[at:])-len(strings.TrimLeft(f.text[at:], " \t\r\n")), "identified-by")
			return
		case n == 0:
			return
		}
	}
}

// trimmedWord cuts one of the words that s may begin with behind spaces.
func trimmedWord(s string, words ...string) string {
	rest := strings.TrimLeft(s, " \t\r\n")
	for _, word := range words {
		if n := wordLength(rest); strings.EqualFold(rest[:n], word) {
			return rest[n:]
		}
	}
	return s
}

// secretAt masks what stands at a place, in quotes or up to the next space, unless it is
// the name of a variable.
func (f *finder) secretAt(at int, rule string) {
	if at >= len(f.text) {
		return
	}
	start, end := f.valueOf(Password, "", at)
	if v := f.text[start:end]; len(v) > 2 && MaskLen(v) == 0 && !Plain(v) && strings.IndexByte("$%{?-", v[0]) < 0 {
		f.found(start, end, Password, rule)
	}
}

// redisLogin finds the password that Redis is given, or that it repeats in an error (Redis
// commands, "AUTH"): AUTH user …, unknown command 'AUTH', with args beginning with: '…'.
func (f *finder) redisLogin(end int) {
	line := f.text[end:min(len(f.text), end+200)]
	if n := strings.IndexAny(line, "\r\n"); n >= 0 {
		line = line[:n]
	}
	if at := strings.Index(line, "beginning with: "); at >= 0 {
		quoted := strings.TrimRight(line, " ,'`\"\\)")
		if from := strings.LastIndexAny(quoted, "'`\""); from > at {
			f.secretAt(end+from, "redis-login")
		}
		return
	}
	words := strings.Fields(line)
	if len(words) == 0 || len(words) > 2 || line[0] != ' ' {
		return
	}
	last := words[len(words)-1]
	if mixedWord(strings.Trim(last, "'\"")) {
		f.secretAt(end+strings.LastIndex(line, last), "redis-login")
	}
}

// netUse finds the password of a share or an account of Windows, which no option names:
// net use \\server\share … /user:app, net user app ….
func (f *finder) netUse(start, end int) {
	if start < 4 || !strings.EqualFold(f.text[start-4:start], "net ") {
		return
	}
	line := f.text[end:]
	if n := strings.IndexAny(line, "\r\n&|;\"'"); n >= 0 {
		line = line[:n]
	}
	account, at := len(f.text[start:end]) == len("user"), end
	for word := range strings.FieldsSeq(line) {
		at += strings.Index(f.text[at:], word)
		switch {
		case word[0] == '\\', word[0] == '/', word == "*", len(word) == 2 && word[1] == ':':
		case account:
			account = false
		default:
			f.secretAt(at, "net-use")
			return
		}
		at += len(word)
	}
}

// shortOption finds the secret behind an option of one or two letters, which says so with
// some commands alone: sshpass -p …, ldapsearch -w …, redis-cli -a …, mysql -p….
func (f *finder) shortOption(start int) {
	var commands string
	switch f.text[start] {
	case 'p':
		commands = " sshpass plink pscp psftp mysql mysqldump mysqladmin mysqlimport mysqlcheck mariadb mariadb-dump docker mongo mongosh mongodump mongorestore mongoexport 7z "
	case 'w', 'y':
		commands = " ldapsearch ldapmodify ldapadd ldapdelete ldappasswd ldapwhoami "
	case 'a':
		commands = " redis-cli "
	case 'P':
		commands = " sqlcmd bcp osql isql zip unzip ipmitool mosquitto_pub mosquitto_sub "
	default:
		return
	}
	command := f.commandBefore(start)
	if command == "" || !strings.Contains(commands, " "+command+" ") {
		return
	}
	joined := is(command, "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mariadb", "mariadb-dump", "7z")
	at := start + 1
	if strings.HasPrefix(f.text[at:], "w ") {
		at++ // As PuTTY has it: -pw.
	}
	value := at + len(f.text[at:]) - len(strings.TrimLeft(f.text[at:], " \t"))
	if joined == (value > at) {
		return // What follows is the name of a database, or another option.
	}
	f.secretAt(value, "command-option")
}

// commandBefore is the name of the command whose option begins at a place: the last known
// word of its line that no option and no value is.
func (f *finder) commandBefore(start int) string {
	line := f.text[max(0, start-maxHead):start]
	line = line[strings.LastIndexAny(line, "\r\n;|&(")+1:]
	for word := range strings.FieldsSeq(line) {
		word = strings.Trim(word[strings.LastIndexByte(word, '/')+1:], "'\"[],`")
		word = strings.TrimSuffix(word, ".exe")
		if is(word, "sshpass", "plink", "pscp", "psftp", "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mariadb", "mariadb-dump", "mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "7z",
			"ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldappasswd", "ldapwhoami", "redis-cli", "sqlcmd", "bcp", "osql", "isql", "zip", "unzip", "ipmitool", "mosquitto_pub", "mosquitto_sub") {
			return word
		}
		if word == "docker" && strings.Contains(line, "login ") {
			return word
		}
	}
	return ""
}

// postgresLine finds the password of a line of a file of passwords at the colon before its
// second field (PostgreSQL documentation, "The Password File"): host:port:database:user:….
func (f *finder) postgresLine() {
	from := max(f.last(), f.at-maxHead)
	start := from + strings.LastIndexAny(f.text[from:f.at], "\r\n \t\"'`") + 1
	end := len(f.text)
	if n := strings.IndexAny(f.text[f.at:], "\r\n \t\"'`"); n >= 0 {
		end = f.at + n
	}
	if end-start > maxHead || start == f.at {
		return
	}
	fields := strings.SplitN(f.text[start:end], ":", 5)
	if len(fields) < 5 || !isHostName(fields[0]) || fields[2] == "" || isDigit(fields[2][0]) || fields[3] == "" || isDigit(fields[3][0]) {
		return
	}
	password := fields[4]
	usual := is(fields[1], "5432", "5433", "6432", "*")
	if len(password) < 4 || MaskLen(password) > 0 || !usual && (!allDigits(fields[1]) || len(fields[1]) < 4 || !mixedWord(password)) {
		return
	}
	f.found(end-len(password), end, Password, "password-file")
}

// isHostName reports an asterisk, or what names of hosts are made of.
func isHostName(s string) bool {
	return s == "*" || s != "" && strings.IndexFunc(s, func(c rune) bool { return c >= 0x80 || !isWord(byte(c)) && c != '.' && c != '-' }) < 0
}
