namespace Portico.Guardrails.Names.Corpus;

/// <summary>Sentences in other languages, and texts for machines, with slots and choices as in <see cref="EnglishFrames"/>.</summary>
static class OtherFrames
{
    public const string Languages = """
        {foreign} {full} {fs}{end}
        {foreign} {full} {fs}, {fs}{end}
        {foreign} {family} {fs}{end}
        {foreign} {given} {fs}{end}
        {foreign} {org} {fs}{end}
        {foreign} {place} {fs}{end}
        {full} {fs}{end}
        [Sehr geehrter Herr|Sehr geehrte Frau|Lieber Herr|Liebe Frau] {family},\n\n[vielen Dank für Ihre Nachricht|anbei die Rechnung|ich schreibe wegen des Vertrags].
        [Hallo|Liebe|Lieber|Guten Tag] {given}, [wie geht es dir?|danke für die Nachricht.|kommst du morgen?|anbei der Bericht.]
        [Mit freundlichen Grüßen|Viele Grüße|Liebe Grüße|Beste Grüße],?\n{full}
        [Ich heiße|Mein Name ist|Ich bin|Hier spricht] {full}[ und wohne in {place}.|, geboren am {date}.|.| und ich brauche Hilfe mit meinem Konto.]
        [Ich wohne|Wir wohnen|Sie wohnt|Er wohnt] [in der|am|in] {street} in {town}.
        [Meine Adresse ist|Meine Anschrift lautet|Bitte liefern Sie an|Die Lieferung geht an|Wohnhaft:|Anschrift:|Adresse:] {adr}
        [Der Patient|Die Patientin|Der Kunde|Die Kundin|Herr|Frau] {full} [wurde am {date} aufgenommen|hat gestern angerufen|wohnt in {place}|arbeitet bei {org}].
        [Ich arbeite bei|Er arbeitet für|Die Rechnung kommt von|Der Vertrag mit|Sie kündigt bei] {org}[.| in {place}.]
        {full} [sagte|erklärte|schrieb|meinte], dass [der Vertrag endet|das Wetter gut ist|nichts passiert ist].
        Was ist die Hauptstadt von {country}? [Bitte kurz.|]
        [Bitte|Könnten Sie] [Frau|Herrn] {family} [anrufen|fragen|informieren][.|?]
        [Name|Kunde|Ansprechpartner|Versicherter|Mieter|Vermieter]: {full}\n[Straße|Anschrift|Adresse]: {street}\n[Ort|Wohnort]: {town}
        [Bonjour|Cher|Chère|Salut] {given}, [merci pour votre message.|comment vas-tu ?|voici le rapport.]
        [Bonjour|Cher|Chère] [Monsieur|Madame] {family},\n\n[je vous écris au sujet du contrat|veuillez trouver la facture].
        [Cordialement|Bien à vous|Amicalement|Sincères salutations],\n{full}
        [Je m'appelle|Mon nom est|Je suis] {full}[ et j'habite à {place}.|, né le {date}.|.| et je travaille chez {org}.]
        [J'habite au|Nous habitons au|Mon adresse est|Adresse :|Merci de livrer au|Livraison :] {adr}
        [Le patient|La patiente|Le client|La cliente|Monsieur|Madame] {full} [a appelé hier|habite à {place}|travaille pour {org}|est né en {year}].
        {org} [est une entreprise de {place}|a annoncé une perte|a vendu {n} magasins].
        {full} [a dit|a expliqué|pense] que [le contrat est fini|c'est impossible|tout va bien].
        [Hola|Estimado|Estimada|Querido|Querida] {given}, [gracias por tu mensaje.|¿cómo estás?|adjunto la factura.]
        [Estimado señor|Estimada señora|Estimado Sr.|Estimada Sra.] {family}:\n\n[le escribo por el contrato|adjunto la factura].
        [Atentamente|Saludos|Un saludo|Saludos cordiales],\n{full}
        [Me llamo|Mi nombre es|Soy] {full}[ y vivo en {place}.|, nacido el {date}.|.| y trabajo en {org}.]
        [Vivo en|Vivimos en|Mi dirección es|Dirección:|Por favor envíen el paquete a|Domicilio:] {adr}
        [El paciente|La paciente|El cliente|La clienta|El señor|La señora] {full} [llamó ayer|vive en {place}|trabaja para {org}|nació en {year}].
        {full} [dijo|explicó|cree] que [el contrato termina|no es posible|todo va bien].
        [Ciao|Gentile|Caro|Cara|Buongiorno] {given}, [grazie per il messaggio.|come stai?|ecco la fattura.]
        [Gentile signor|Gentile signora|Egregio dott.] {family},\n\n[le scrivo per il contratto|in allegato la fattura].
        [Cordiali saluti|Distinti saluti|Un saluto],\n{full}
        [Mi chiamo|Il mio nome è|Sono] {full}[ e abito a {place}.|, nato il {date}.|.| e lavoro per {org}.]
        [Abito in|Il mio indirizzo è|Indirizzo:|Spedire a|Residente in] {adr}
        [Il paziente|La paziente|Il cliente|Il signor|La signora] {full} [ha chiamato ieri|vive a {place}|lavora per {org}|è nato nel {year}].
        [Hallo|Beste|Geachte heer|Geachte mevrouw] {family}, [bedankt voor uw bericht.|hierbij de factuur.|hoe gaat het?]
        [Met vriendelijke groet|Groeten|Hartelijke groet],\n{full}
        [Ik heet|Mijn naam is|Ik ben] {full}[ en ik woon in {place}.|, geboren op {date}.|.| en ik werk bij {org}.]
        [Ik woon op|Mijn adres is|Adres:|Graag bezorgen op|Bezorgadres:] {adr}
        [De patiënt|De klant|Mevrouw|De heer] {full} [belde gisteren|woont in {place}|werkt bij {org}].
        [Olá|Caro|Cara|Prezado|Prezada] {given}, [obrigado pela mensagem.|como vai?|segue a fatura.]
        [Meu nome é|Chamo-me|Sou] {full}[ e moro em {place}.|.| e trabalho na {org}.]
        [Moro na|O meu endereço é|Endereço:|Morada:|Enviar para] {adr}
        [Atenciosamente|Cumprimentos|Abraços],\n{full}
        [Nazywam się|Jestem|Mam na imię] {full}[ i mieszkam w {place}.|.| i pracuję w {org}.]
        [Mój adres to|Adres:|Proszę wysłać na adres|Mieszkam przy] {adr}
        [Z poważaniem|Pozdrawiam],\n{full}
        [Benim adım|Adım|Ben] {full}[.|, {place} doğumluyum.]
        [Adresim|Adres:|Lütfen şu adrese gönderin:] {adr}
        [Jag heter|Mitt namn är] {full} [och jag bor i {place}|och jag arbetar på {org}].
        [Min adress är|Adress:|Jag bor på] {adr}
        [Jeg hedder|Jeg heter|Mit navn er] {full}[ og jeg bor i {place}|.]
        [A nevem|Nevem] {full}[.| és {place} a városom.]
        [A címem|Cím:] {adr}
        [Minun nimeni on|Nimeni on] {full}.
        [Mă numesc|Numele meu este] {full}[ și locuiesc în {place}.|.]
        """;

    public const string Machines = """
        {"[name|full_name|customer|author|user|contact|patient]": "{full}", "[id|age|order|amount]": {n}}
        {"[first_name|firstName|given_name]": "{given}", "[last_name|lastName|surname]": "{family}", "[email|mail]": "{email}"}
        {"address": "{adrline}", "city": "{place}", "country": "{country}"}
        {"company": "{org}", "contact": {"name": "{full}", "phone": "{phone}"}, "active": true}
        "[street|address|billingAddress|line1]": "{street}",
        "[name|displayName|owner|assignee|createdBy]": "{full}",
        "[company|employer|organization|vendor]": "{org}",
        <[name|author|customer|person]>{full}</[name|author|customer|person]>
        <[address|street]>{adrline}</[address|street]>
        [name|customer|author]={full};[id|ref]={n4}
        {n4},{given},{family},{email},{date}
        {n4};{full};{adrline};{phone}
        | {n} | {full} | {org} | {money} |
        | {full} | {role} | {place} | {date} |
        [INFO|WARN|ERROR|DEBUG] {date} user={full} action=[login|logout|update]
        # [Author|Maintainer|Contact]: {full} <{email}>
        // [Copyright (c)|(c)|Written by] {year} {full}
        {full}[ - |: | | ]{phone}
        {full}\t{role}\t{org}\t{phone}
        Ticket #{n4}: {full} ({org}) [cannot log in|wants a refund|reports a {w} error]
        [Reporter|Assignee|Requester|Owner|Manager]: {full} [Priority|Status]: [high|low|open|closed]
        [Von|From|De]: {full} <{email}>\n[An|To|À]: {full} <{email}>\n[Betreff|Subject|Objet]: {ws}
        Order {n4} / {full} / {adrline} / {money}
        Translate: "[My name is|I am] {full} and I live in {place}."
        [Extract the names|List all people|Who is mentioned]: {full} met {given} and {titled} at {org}.
        """;
}
