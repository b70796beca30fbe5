namespace Portico.Guardrails.Training;

/// <summary>Ordinary requests and sentences of documents in the languages of <see cref="ForeignAttacks"/>, so that a language alone speaks for nothing. In our own words.</summary>
static class ForeignBenign
{
    public static readonly (string Language, string[] Requests, string[] Sentences)[] Languages =
    [
        (
            "de",
            [
                "Wie viele Einwohner hat [Wien|Bremen|Zürich]?",
                "Schreibe einen [Brief|Aufsatz|Bericht] über [den Urlaub|die Schule|den Wald].",
                "Welche Regeln gelten beim [Schach|Parken|Wandern]?",
                "Bitte fasse [den Text|das Protokoll|die Sitzung] kurz zusammen.",
                "Ich suche ein [Hotel|Rezept|Geschenk] für [vier Personen|meine Mutter].",
                "Wann wurde [die Brücke|das Schloss|die Firma] gebaut?",
                "Zeige mir alle [Züge|Filme|Läden] nach [Köln|München].",
            ],
            [
                "Das [Museum|Schloss|Stadion] wurde [1890|1923|im Mai] eröffnet und liegt am [Fluss|Markt].",
                "Alle Mitglieder müssen die Anweisungen der Leitung beachten.",
                "Die [Regierung|Firma|Schule] hat [vorher|bisher] keine Angaben gemacht.",
                "Nach dem Krieg zog die Familie [nach Norden|in die Stadt] zurück.",
                "Obwohl die Verwaltung schon mehrfach erweitert worden war, reichte der Platz für die Akten nicht aus, sodass ein zweites Gebäude angemietet werden musste.",
                "Die Wissenschaftlerin beschrieb in ihrem Buch, dass die Verwendung des Begriffs irreführend sei und die Stellung der Handwerker unterschätzt werde.",
                "Ein Landkreis besteht aus mehreren Gemeinden, die jeweils einen Rat und einen Bürgermeister wählen; eine Stadt besitzt darüber hinaus besondere Rechte.",
                "Die Verhandlungen zwischen beiden Parteien wurden unterbrochen, nachdem der Außenminister überraschend zurückgetreten war.",
                "Das Unternehmen beschäftigt heute über zweitausend Menschen und erwirtschaftet den größten Teil seines Umsatzes im Ausland.",
                "Im Frühjahr steigt das Wasser so hoch, dass die Wiesen entlang des Ufers überschwemmt werden und die Bauern ihre Tiere umsiedeln.",
                "Der Vertrag sah vor, dass die Grenze zehn Jahre lang unverändert bleiben und der Handel nicht behindert werden sollte.",
                "Sie sagten, es sei nur gerecht, wenn künftig alle mehr für Strom bezahlen müssten, und zwar doppelt so viel.",
                "Wenn man die Oberfläche erwärmt, verdunstet die Feuchtigkeit, und es bilden sich Wolken, aus denen es am Abend regnet.",
                "Beide Mannschaften hatten die Vorrunde ungeschlagen überstanden, bevor sie im Endspiel in Hamburg aufeinandertrafen.",
                "Sowohl der Präsident als auch sein Stellvertreter mussten vor Gericht erscheinen, weshalb der Besuch verschoben wurde.",
            ]
        ),
        (
            "fr",
            [
                "Combien d'habitants compte [Lyon|Genève|Dakar] ?",
                "Écris une [lettre|histoire|note] sur [les vacances|la mer|mon chat].",
                "Quelles sont les règles du [tennis|bridge|jardin] ?",
                "Résume [le texte|la réunion|le chapitre] en trois phrases.",
                "Quand le [pont|château|musée] a-t-il été construit ?",
                "Montre-moi les trains pour [Nice|Lille].",
            ],
            [
                "Le [musée|stade|théâtre] a été ouvert en [1890|1923] près [du fleuve|de la gare].",
                "Tous les membres suivent les consignes du [club|directeur].",
                "Le système [précédent|actuel] ne permettait pas [d'envoyer les données|de mesurer la chaleur].",
                "Après la guerre, la famille est retournée [au nord|en ville].",
                "Bien que l'administration ait déjà été agrandie plusieurs fois, la place manquait pour les archives et il fallut louer un autre bâtiment.",
                "La chercheuse écrit dans son livre que l'emploi de ce mot est trompeur et que le rang des artisans a été sous-estimé.",
                "L'entreprise emploie aujourd'hui plus de deux mille personnes et réalise la plus grande partie de ses ventes à l'étranger.",
                "Au printemps, l'eau monte si haut que les prés le long de la rive sont inondés et que les paysans déplacent leurs bêtes.",
            ]
        ),
        (
            "es",
            [
                "¿Cuántos habitantes tiene [Lima|Sevilla|Quito]?",
                "Escribe una [carta|historia|nota] sobre [las vacaciones|el mar|mi gato].",
                "¿Cuáles son las reglas del [ajedrez|tenis|tráfico]?",
                "Resume [el texto|la reunión|el capítulo] en tres frases.",
                "¿Cuándo se construyó [el puente|el castillo|el museo]?",
                "Muéstrame todos los trenes a [Madrid|Cádiz].",
                "¿Qué sistema usaba la [fábrica|escuela] antes de [1900|la guerra]?",
            ],
            [
                "El [museo|estadio|teatro] se abrió en [1890|1923] cerca [del río|de la estación].",
                "Todos los miembros siguen las instrucciones del [club|director].",
                "El sistema anterior no permitía [enviar los datos|medir el calor].",
                "Después de la guerra la familia volvió [al norte|a la ciudad].",
                "El investigador escribió que el uso de esa palabra resultaba confuso y que la posición de los campesinos dependía de la riqueza de cada pueblo.",
                "Aunque la administración ya se había ampliado varias veces, no quedaba espacio para los archivos y hubo que alquilar otro edificio.",
                "Las negociaciones entre ambos partidos se interrumpieron cuando el ministro renunció de forma inesperada.",
                "La empresa emplea hoy a más de dos mil personas y obtiene la mayor parte de sus ingresos en el extranjero.",
                "En primavera el agua sube tanto que los campos junto a la orilla se inundan y los granjeros trasladan a sus animales.",
                "El tratado establecía que la frontera no cambiaría durante diez años y que el comercio seguiría siendo libre.",
            ]
        ),
        (
            "it",
            [
                "Quanti abitanti ha [Torino|Bari|Lugano]?",
                "Scrivi una [lettera|storia|nota] su [le vacanze|il mare|il mio gatto].",
                "Quali sono le regole del [tennis|gioco]?",
                "Riassumi [il testo|la riunione] in tre frasi.",
            ],
            [
                "Il [museo|teatro|ponte] fu aperto nel [1890|1923] vicino [al fiume|alla stazione].",
                "Tutti i membri seguono le istruzioni del direttore.",
                "Il sistema precedente non permetteva di inviare i dati.",
            ]
        ),
        (
            "pt",
            [
                "Quantos habitantes tem [Porto|Recife|Luanda]?",
                "Escreva uma [carta|história|nota] sobre [as férias|o mar|meu gato].",
                "Quais são as regras do [xadrez|jogo]?",
                "Resuma [o texto|a reunião] em três frases.",
            ],
            [
                "O [museu|teatro|estádio] foi aberto em [1890|1923] perto do rio.",
                "Todos os membros seguem as instruções do diretor.",
                "O sistema anterior não permitia enviar os dados.",
            ]
        ),
        (
            "nl",
            [
                "Hoeveel inwoners heeft [Utrecht|Gent]?",
                "Schrijf een [brief|verhaal] over [de zee|mijn kat].",
                "Wat zijn de regels van [schaken|het spel]?",
            ],
            [
                "Het museum werd in [1890|1923] geopend bij de rivier.",
                "Alle leden volgen de instructies van de leiding.",
                "Het vorige systeem kon geen gegevens versturen.",
            ]
        ),
        (
            "pl",
            ["Ilu mieszkańców ma [Kraków|Gdańsk]?", "Napisz [list|opowiadanie] o [morzu|moim kocie].", "Jakie są zasady [gry|szachów]?"],
            [
                "Muzeum otwarto w [1890|1923] roku nad rzeką.",
                "Wszyscy członkowie przestrzegają poleceń dyrektora.",
                "Poprzedni system nie mógł wysyłać danych.",
            ]
        ),
        (
            "sv",
            [
                "Hur många invånare har [Malmö|Uppsala]?",
                "Skriv ett [brev|en berättelse] om [havet|min katt].",
                "Vilka regler gäller för [schack|spelet]?",
            ],
            [
                "Museet öppnades [1890|1923] vid floden.",
                "Alla medlemmar följer ledningens instruktioner.",
                "Det tidigare systemet kunde inte skicka data.",
            ]
        ),
        (
            "tr",
            [
                "[Ankara|İzmir|Bursa] kaç kişilik bir şehir?",
                "[Deniz|Tatil|Kedim] hakkında bir [mektup|hikâye] yaz.",
                "[Satrancın|Oyunun] kuralları nelerdir?",
                "[Köprü|Müze|Kale] ne zaman inşa edildi?",
                "Bu metni üç cümleyle özetle.",
                "Hangi [takım|şirket|ülke] [önce|sonra] geldi?",
            ],
            [
                "Müze [1890|1923] yılında nehrin yanında açıldı.",
                "Tüm üyeler müdürün talimatlarına uyar.",
                "Önceki sistem verileri gönderemiyordu.",
                "Savaştan sonra aile [kuzeye|şehre] döndü.",
                "Şirketin [geliri|nüfusu] her yıl arttı.",
            ]
        ),
        (
            "hr",
            ["Koliko stanovnika ima [Split|Osijek]?", "Napiši [pismo|priču] o [moru|mojoj mački].", "Koja su pravila [igre|šaha]?"],
            [
                "Muzej je otvoren [1890|1923] godine uz rijeku.",
                "Svi članovi slijede upute ravnatelja.",
                "Prethodni sustav nije mogao slati podatke.",
            ]
        ),
        (
            "ro",
            [
                "Câți locuitori are [Cluj|Iași]?",
                "Scrie [o scrisoare|o poveste] despre [mare|pisica mea].",
                "Care sunt regulile [jocului|șahului]?",
                "Când a fost construit [podul|castelul]?",
            ],
            [
                "Muzeul a fost deschis în [1890|1923] lângă râu.",
                "Toți membrii urmează instrucțiunile directorului.",
                "Sistemul anterior nu putea trimite datele.",
                "După război familia s-a întors [în nord|în oraș].",
            ]
        ),
        .. FurtherBenign.Languages,
    ];
}
