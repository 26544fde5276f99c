package detect

import "strings"

// firstNames are common first names of Brazil and its neighbours, without accents: a
// word with a capital behind one of them makes a person of both. What is a word, a
// place or a brand as well is left out.
const firstNames = `adalberto adao adriana adriano agatha ailton alana alberto alessandra alessandro alex alexandra alexandre alice aline alison
	alvaro amanda amelia ana analice anderson andre andrea andreia andressa angelica angelo anna antonia antonio aparecida ariana ariane armando arnaldo arthur
	artur augusto barbara beatriz benedito benicio bernardo bianca breno bruna bruno caio camila camilla carina carla carlos carolina caroline catarina
	cauã cecilia celia celso cesar cicero cintia clarice claudemir claudia claudio cleber cleide clovis cristiana cristiane cristiano cristina daiana daiane
	daniel daniela daniele danielle danilo davi david debora denis denise diana diego dirceu diogo domingos edgar edilson edinaldo edmilson edna edson eduarda
	eduardo elaine elena eliana eliane elias elisa elisangela elizabeth eloa emanuel emerson emilia enzo eric erica erick erika ester esther eunice evandro
	everton fabiana fabiano fabio fabricio fatima felipe fernanda fernando filipe flavia flavio francisca francisco franklin gabriel gabriela gabriele
	genivaldo geovana geraldo gerson gilberto gilmar gilson giovana giovanna gisele giselle gilvan guilherme gustavo heitor helena helio heloisa henrique
	hugo iara igor inacio ingrid irene isaac isabel isabela isabella isadora ivan ivone jacqueline jair jairo janaina jaqueline jean jefferson jessica joana
	joao joaquim jonas jonathan jorge jose josefa joseane josiane josue joyce juan julia juliana juliano julio junior jussara karina karla katia kelly laercio
	laís lais lara larissa laura lavinia leandro leila leonardo leticia lidia lilian livia lorena lorenzo luan luana lucas lucia luciana luciano luciene
	luisa luiz luiza magda maiara maicon manoel manuel manuela mara marcela marcelo marcia marcio marcos marcus maria mariana marilene marilia marina mario
	marisa marlene marta martha mateus matheus mauricio mauro mayara melissa michael michele michelle miguel milena milton mirela miriam moises monica murilo
	nadia natalia natasha nathalia neide nelson neusa nicolas nicole nilson nilton nina noemi odair olivia orlando oscar osmar osvaldo otavio pamela patricia
	patrick paula paulo pedro pietra priscila rafael rafaela raimunda raimundo raissa ramon raquel raul rebeca regiane regina reginaldo renan renata renato
	ricardo rita roberta roberto robson rodolfo rodrigo rogerio romulo ronaldo rosana rosangela rosa rosilene ruan rubens ruth sabrina samanta samuel sandra
	sara sarah sebastiao sergio severino severina sheila sidnei silvana silvia simone solange sonia sophia sofia stefany stephanie sueli suelen suzana tainara
	talita tania tatiana tatiane telma teresa terezinha thais thiago tiago ubirajara ursula vagner valdir valdemar valeria valmir vanderlei vanessa vania vera
	veronica vicente victor victoria vilma vinicius vitor vitoria viviane wagner waldir wallace walter wanderson washington wellington wesley william wilson
	yago yasmin yuri zelia zilda javier pablo pilar mercedes santiago gonzalo guadalupe alejandro alejandra jesus ignacio john mary james robert jennifer
	zuleide deolinda evaristo jurandir otacilio iracilda waldemar perpetua aderbal cleonice gumercindo dulcineia herminio lindalva edivaldo josias valdemir
	genilson josilene marinalva rosimeire ivanilda luzia ivonete neuza nair odete olga ondina osvaldina palmira petronilha quiteria raimunda romilda salete
	sebastiana sidney silvio tereza valdete valdirene valmira vilson zenaide zenilda zilma ademir adenilson agnaldo aldair alcides almir altair amaro ananias
	anselmo aurea aurelio belmiro benjamin carmelita carmem cassia cassio claudete cleuza clodoaldo conceicao creuza dalva damiao deise delcio dirce djalma dulce
	edilene ednalva efigenia elcio elenice elza ernesto firmino genesio gilda givaldo hilda honorio iolanda iracema irani irineu itamar ivanete
	ivete jacira jandira januario jeronimo joaquina jovelina juarez judite jurema laerte lazaro leda leonor lourdes lourival manoela mariane marizete
	moacir natalino nazare nivaldo norma onofre orlanda percival plinio polliana ronilson rosalia rosangela rute telmo tomas ulisses vanda vicencia wilma yolanda zacarias elizabeth richard susan joseph thomas charles matthew emily joshua ashley
	caetano taina kaue theodoro melinda cristovao eliseu gerusa ivanir jorgina lidiane nelma osmarina rosilda sirlene tarcisio valquiria zuleica edmundo euclides
	evandra genivalda heleno jandir leocadia lucineide marinete nadir orestes porfirio rosemary sueli teodoro umberto`

// notSurnames stand behind a first name without making a person of it.
const notSurnames = `api app bank banco pay pix sandbox service services server error erro code status id cpf cnpj rua avenida praca hospital escola shopping
	center mall santos-sp doc docs team group inc ltda eireli sa`

// FirstName reports whether a word with a capital is a common first name.
func (s *Scanner) FirstName(word string) bool {
	return word != "" && isUpper(word[0]) && s.firsts[Fold(word)]
}

// firstName looks at a word with a capital that is somebody's first name, and at the
// words with capitals behind it.
func (f *finder) firstName(start, end int) {
	if end-start < 3 || end-start > 14 || !isUpper(f.text[start]) || end+2 > len(f.text) || f.text[end] != ' ' || !f.firsts[Fold(f.text[start:end])] {
		return
	}
	for _, saint := range [...]string{"São ", "Santo ", "Santa ", "San ", "Sao "} {
		if strings.HasSuffix(f.text[:start], saint) {
			return // A place.
		}
	}
	n := end
	for rest := f.text[end:]; strings.HasPrefix(rest, " "); rest = f.text[n:] {
		size := 1 + properNoun(rest[1:])
		first, _, _ := strings.Cut(rest[1:size], " ")
		if size == 1 || isDigit(rest[1]) || f.notLast[strings.ToLower(first)] {
			joint, more, _ := strings.Cut(rest[1:], " ")
			if !is(joint, "da", "de", "do", "das", "dos", "e", "del") || properNoun(more) == 0 {
				break
			}
			size = 1 + len(joint)
		} else {
			size = 1 + len(first)
		}
		n += size
	}
	if n > end && strings.ContainsAny(f.text[end:n], "ABCDEFGHIJKLMNOPQRSTUVWXYZÁÉÍÓÚÂÊÔÃÕÇ") {
		f.found(start, n, Name, "first-name")
	}
}
