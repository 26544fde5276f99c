package detect

// secretParts make a secret of every name that they stand in.
const secretParts = `token secret password passwd passphrase passcode senha contrasena apikey appkey accesskey privatekey chaveprivada chavesecreta
	segredo credential credencia signature assertion cookie samlre jwt codeverifier hmac subscriptionkey developerapplicationkey clientkey bearer
	webhookurl connectionstring codigoseguranca securitycode appcheck recoverycode backupcode seedphrase recoveryphrase mnemonic trackdata
	dbpass mailpass smtppass ftppass userpass redispass adminpass rootpass keypass storepass certpass loginpass pgpass mysqlpass proxypass motdepasse passwort kennwort contrasenia claveacceso clavesecreta claveprivada assinaturaeletronica`

// secretWords make a secret of every name that they are a word of, as in pinTransacional
// and card_cvv. As parts of other words they say nothing: spin, pinned.
const secretWords = `pin pass pwd psw otp totp cvv cvc`

// secretKeys make a secret of "…key" or "chave…" when they stand before or after.
const secretKeys = `api app access secret client auth master encryption signing shared account consumer application developer merchant integration
	device session hmac aes webhook gw prod sandbox dev service functions license storage integracao aplicacao acesso secreta publishable x partner`

// descriptorEnds end names that speak of a secret or a number without holding it.
const descriptorEnds = `type tipo url uri endpoint expires expiresin expiresat expiry expiration expirationdate exp expira expiraem status name nome length size
	tamanho tamanhominimo tamanhomaximo min max minimo maximo count policy politica valid valida valido invalid invalida invalido enabled required obrigatorio
	obrigatoria version versao algorithm alg date issuedat createdat updatedat lifetime ttl id ids verified verificado hint attempts tentativas
	changed reset expirada expirado format formato mask brand bandeira last4 ultimosdigitos final bin expmonth expyear mes ano`

// idWords are names of what is no personal number, however its digits look.
const idWords = `id uuid guid txid nsu protocolo protocol timestamp ts time data date hora hash checksum etag version versao nonce seq sequencia sequence
	offset limit page pagina size length tamanho amount valor value total saldo balance quantia preco price code codigo status lote batch pedido order
	invoice fatura nfe chavenfe nossonumero seunumero iat exp nbf count quantidade qtd number numero ispb banco bank compe ncm cfop traceparent
	requestid correlationid build commit sha digest md5 sku gtin ean ean13 duration elapsed ms epoch modified
	lastmodified expires created updated tid nit`

// idLikeEnds end such names.
const idLikeEnds = `id ids uuid timestamp time date at hash checksum digest version versao amount valor total value code codigo nsu sequence seq number numero
	protocolo lote pedido order ms size length count quantidade`

// harmlessWords would be taken for secrets or numbers, and are what support needs.
const harmlessWords = `idempotencykey xidempotencykey surrogatekey publickey sortkey partitionkey primarykey foreignkey messagekey errorkey
	i18nkey translationkey routingkey cachekey groupkey objectkey labelkey keyid kid jwk jwks jwksuri keys tokentype tokenendpoint tokenexpiresin maxtokens
	totaltokens prompttokens completiontokens inputtokens outputtokens signaturealgorithm signaturemethod secwebsocketkey secwebsocketaccept
	authenticationmethod authmethod authtype authorizationid authorizationurl authorizationendpoint authorizationstatus authenticationcode
	autenticacao pais tokenendpointauthmethod keyusage extendedkeyusage keysize keytype tipochave chavetipo keyalgorithm nomearquivo filename hostname nomebanco nomeproduto
	cookieconsent emailverified seckeyid secfetchsite authority author authors authenticated authorized autorizado uri url type tipo status xfapiauthdate
	authoritycode phonecode cpfcnpjtipo accounttype tipoconta apikeyid secretarn nextpagetoken pagetoken continuationtoken nomeinstituicao sessionstate
	sessionstatus sessionduration keycount keyname chavenome authtime authenticationtype authlevel authstatus authflow xauthstatus`

// personWords name what is a person or a company.
const personWords = `pagador payer trabalhador trab recebedor receiver beneficiario beneficiary favorecido cliente client customer titular holder devedor debtor credor creditor
	sacado cedente sacador portador cardholder pessoa person usuario user owner proprietario contato contact socio partner representante remetente sender
	destinatario recipient solicitante comprador buyer vendedor seller funcionario employee correntista account accountholder responsavel avalista fiador
	dependente dependent aluno student paciente patient segurado insured motorista driver testemunha witness procurador gerente manager atendente
	operador operator medico doctor herdeiro inquilino locatario locador morador guardian employee beneficiaryowner conyuge empleado empleador dueno titularcuenta
	dbtr cdtr ultmtdbtr ultmtcdtr initgpty destinatariofinal dest emit dadospessoais dadospagador dadosrecebedor dadoscliente naturalperson pessoafisica billing shipping individual mae pai conjuge filho loggeduser cli`

// placeWords name what is an address.
const placeWords = `enderdest enderemit pstladr direccion domicilio endereco address logradouro residencia billingaddress shippingaddress enderecoentrega enderecocobranca deliveryaddress location localizacao`

// thingWords name what has a name and is nobody.
const thingWords = `banco bank instituicao institution produto product item plano plan servico service app application sistema system moeda currency categoria
	category evento event arquivo file queue fila campo field parametro param parameter query querystring header headers cookies tag metadata role perfil permission
	escopo scope host ambiente environment cidade pais country estado state mes empresa company loja store curso error erro violacao violation`

// subjectWords hold the value of what a sibling names.
const subjectWords = `value valor rejected rejeitado enviado provided supplied submitted rejectedvalue invalidvalue valorinformado valorrejeitado valorrecebido val input content conteudo received recebido actual
	attemptedvalue valorparametro parametervalue current newvalue oldvalue novovalor data text stringvalue providedvalue`

// namerWords hold the name of what a sibling holds.
const namerWords = `campo field fieldname name nome key chave path property propriedade parameter parametro param header loc propertypath pointer atributo
	attribute label propertyname nomeparametro parametername paramname nomecampo instancepath`

// typedWords hold a number of which a sibling says of what kind it is.
const typedWords = `numero number num nr valor value documento document numerodoc numdoc docnumber documentnumber numerodocumento identification identificacao`

// columnWords hold the names of columns.
const columnWords = `columns colunas fields campos headers header cabecalho cabecalhos columnnames fieldnames`

// exactWords are names that say alone what they hold.
func exactWords() map[Kind]string {
	return map[Kind]string{
		Token: `auth xauth authorization proxyauthorization xauthorization authorizationheader sig hmac jsessionid phpsessid sessionid aspnetsessionid
			otp totp otpcode totpcode smscode tokensms codigoacesso codigodeacesso accesscode tk tok tkn samlart wresult rspauth authreqid hashintegracao xautorizacao stringdata registrationids
			track1 track2 track2data trilha1 trilha2 trilha codigootp codigo2fa twofactorcode mfacode authcode codigosms codigoverificacao verificationcode devicecode usercode xsrf csrf viewstate eventvalidation certificatepfx pfx pkcs12 p12 clientcert sslclientcert arrclientcert sslcert clientcertificate xgwappkey gwdevappkey
			gwappkey xhubsignature xforwardedaccesstoken refreshtoken idtoken sas awsaccesskeyid googleaccessid slackwebhook relaystate
			pixwebhooksecret xamzcredential subscriptionkey accountkey sharedaccesssignature`,
		Password:   `pwd pass pin pincode pinblock pindata codigopin psw passw pswd usrpwd userpass`,
		Secret:     `segredo`,
		PrivateKey: `pem pkcs8 chaveprivada`,
		CVV:        `cvv cvc cvv2 cvc2 csc securitycode codigoseguranca codigodeseguranca cardsecuritycode cardcvv codseguranca cvvcartao ccv verificationvalue`,
		CPF:        `cpf nrcpf numcpf cpfcliente`,
		CNPJ:       `cnpj nrcnpj`,
		CNS:        `cns nrcns cartaosus cartaonacionalsaude`,
		RG:         `rg nrrg numerorg rgnumero numrg identidade registrogeral documentoidentidade carteiraidentidade`,
		PIS:        `pis nis nit pasep pispasep nrpis numeropis`,
		Titulo:     `tituloeleitor tituloeleitoral titulodeeleitor nrtituloeleitor voterid`,
		CNH:        `cnh numerocnh nrcnh registrocnh carteirahabilitacao carteiramotorista driverlicense driverslicense licencenumber habilitacao`,
		Passport:   `passaporte passport passportnumber`,
		Document: `documento document documentnumber taxid taxpayerid taxnumber taxidentifier docnumber nrdocumento documentofederal nationalregistration
			inscricaonacional taxidnumber identity identitynumber identitydocument prvtid orgid dni nie cedula cuit cuil curp rut identificationnumber nationalid ssn socialsecuritynumber documentopagador documentorecebedor documentobeneficiario
			documentocliente documentotitular cpfcnpj ni nipagador nirecebedor federaltaxnumber federaltaxid numeroinscricao nuinscricao nrinscricao inscricaofederal inscricaoestadual placa placaveiculo placadoveiculo licenseplate platenumber rne rnm crnm ctps numeroctps renavam imei holderdocument payerdocument customerdocument`,
		Phone: `telefone celular fone tel phone mobile mobilenumber phonenumber whatsapp fax cel smsnumber ddd telefonefixo faxnumber telres telcom telcel telrec foneres fonecom fonecel contactnumber numerocontato`,
		Email: `email mail correio correioeletronico emailaddress`,
		Card: `cardnumber pan numerocartao numcartao nrcartao cartao card ccnumber creditcard creditcardnumber primaryaccountnumber numerodocartao
			debitcard validadecartao`,
		Account: `conta account accountnumber numeroconta nrconta numconta contacorrente contapoupanca contadestino contaorigem numcontacorrente digitoconta
			contadigito dvconta accountno cta dbtracct cdtracct accountdigit acctnumber contacredito contadebito contapagador contarecebedor contapagamento contadebitada contacreditada contafavorecido contabeneficiario contacliente contatitular ccfavorecido ccpagador ccorigem ccdestino
			acctnbr acctno acctid checkdigit ctdebtd ctcredtd`,
		Branch: `agencia branch branchcode branchnumber agency codigoagencia nragencia numagencia agenciadestino agenciaorigem agenciadigito digitoagencia
			dvagencia ag agcia issr agenciapagador agenciarecebedor routingbranch sortcode routingnumber branchid agdebtd agcredtd`,
		PixKey: `chave chavepix pixkey chavedict chavedestino chavefavorecido chavepagador chaverecebedor addresskey addressingkey pixaddresskey dictkey
			chaveenderecamento chavealeatoria proxy prxy creditorkey debtorkey pixaddressingkey proxykey`,
		BRCode: `brcode emv pixcopiaecola copiaecola emvqrcode qrcodetext qrcodestring emvqrcps qrcodepayload`,
		Boleto: `linhadigitavel codigobarras codigodebarras barcode digitableline linedigitavel typeableline boletobarcode`,
		IBAN:   `iban`,
		Name: `nome name nm nombre nombres apellido apellidos nombrecompleto nomecompleto fullname firstname lastname givenname familyname surname sobrenome nomecliente nomepagador nomerecebedor nometitular
			nomemae nomedamae mothername mothersname mothermaidenname nomepai filiacao nomesocial titular beneficiario pagador recebedor devedor favorecido
			cliente sacado sacador cedente payer payee debtor creditor cardholder cardholdername holder holdername accountholder customername
			ownername beneficiaryname debtorname creditorname displayname mae pai conjuge responsavel contato remetente destinatario portador socio
			 payername payeename nomeusuario solicitante avalista nomportador nomeportador nomecartao civilname nomecivil socialname mothersmaidenname apelido representantelegal procurador
			razaosocial razaosocialempresa nomefantasia nomeempresarial xnome xfant legalname corporatename tradename`,
		Address: `direccion domicilio calle colonia barrio lgr xlgr xbairro xmun xcpl strtnm pstcd twnnm adrline logradouro endereco address street streetaddress streetname addressline1 addressline2 addressline rua avenida complemento bairro district
			neighborhood neighbourhood cep zipcode postalcode zip postcode nro enderecocompleto numerocasa numerolocal shippingaddress billingaddress homeaddress mailingaddress deliveryaddress residentialaddress fulladdress postaladdress customeraddress
			pontoreferencia pontodereferencia cepresidencial cepcomercial cepentrega cepcobranca cepcliente nrcep residencia codigopostal codigoenderecamentopostal lograd`,
		Birth:    `datanascimento dtnascimento nascimento birthdate dateofbirth dob birthday birthdt datanasc dtnasc nascido nascida nasc born`,
		Position: `latitude longitude lat lng lon geolocalizacao geolocation latlng latlong`,
		User:     `usuario user nameid username login loginname preferredusername useremail usr`,
	}
}
