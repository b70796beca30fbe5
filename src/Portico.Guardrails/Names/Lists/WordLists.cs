namespace Portico.Guardrails.Names.Lists;

/// <summary>Words that name nobody; from general knowledge, a blank between two. They are what names are told from.</summary>
static class WordLists
{
    public const string MonthsAndDays = """
        january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
        monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
        januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag
        janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche
        enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo
        gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica
        easter christmas halloween thanksgiving ramadan diwali ostern weihnachten noël navidad natale spring summer autumn winter
        """;

    public const string Roles = """
        director manager engineer developer designer analyst accountant lawyer attorney teacher professor doctor nurse dentist surgeon pharmacist technician technologist
        consultant assistant secretary clerk officer agent supervisor coordinator administrator architect scientist researcher chemist biologist physicist economist
        journalist reporter editor writer author poet novelist producer cinematographer photographer actor actress singer musician composer conductor painter sculptor
        artist chef cook waiter driver pilot captain mechanic electrician plumber carpenter farmer gardener cleaner guard soldier detective lieutenant president
        vice chairman chief executive founder owner partner head lead senior junior intern trainee student tenant landlord customer client patient guest passenger
        applicant candidate employee worker colleague neighbour witness plaintiff defendant beneficiary guardian translator interpreter guide tutor coach trainer therapist
        counselor critic historian philosopher mathematician astronomer librarian receptionist recruiter representative salesman broker trader banker teller
        """;

    public const string Technical = """
        python java javascript typescript rust golang kotlin swift ruby perl php scala haskell lua matlab sql html css json xml yaml csv http https api rest graphql url uri
        linux windows macos android ios ubuntu debian docker kubernetes git github gitlab azure aws terraform jenkins react angular vue node django flask spring laravel rails
        excel word powerpoint outlook teams slack zoom chrome firefox safari photoshop tensorflow pytorch numpy pandas redis postgres postgresql mysql mongodb kafka nginx
        server client database table column row index query string integer boolean array list dictionary class method function variable parameter argument return value null
        true false error exception warning debug info trace log file folder directory path script module package library framework version release build deploy test unit
        user admin root password token key secret session cookie header body request response status code token prompt model training dataset bitcoin ethereum blockchain
        cpu gpu ram ssd usb wifi bluetooth router firewall gateway proxy cache queue thread process memory pointer stack heap loop iterator lambda async await
        public private protected static void internal abstract override virtual interface import export const let var def self this new if else for while switch case break
        """;

    public const string Common = """
        a able about above accept account across act action activity actually add address adult advice affect after again against age ago agree agreement ahead air alive all
        allow almost alone along already also although always amazing among amount an analysis ancient and anger angry animal announce another answer any anybody anyone
        anything anyway apart appear apple apply approach area argue argument arm around arrange arrive art article as ask assume at attack attempt attend attention audience
        available average avoid aware away awesome baby back bad bag balance ball band bar base basic battle be beach bear beat beautiful because become bed been before begin
        behavior behind being belief believe below benefit best better between beyond big bill birth bit black block blood blue board boat body bold book boring born both bottom
        box boy brain branch brave bread break breakfast bridge brief bright bring broken brother brown budget build building bus business busy but buy by cake call calm came
        camera can cancel cancer capital car card care career careful carry case cash cat catch category cause cell center central century certain chain chair challenge chance
        change chapter character charge charming cheap check cheese chicken child childhood children choice choose city civil claim clean clear clever climate climb close
        clothes cloud coffee cold collect collection color come comfort comment common communicate community company compare competition complain complete complex computer
        concept concern condition confirm conflict connect consider consist construct contact contain content contest context continue contract control conversation cook cool
        copy corner correct cost could count country couple courage course court cover create creative credit crime crisis critical crowd culture cup current curious custom
        cut daily damage dance danger dark date daughter day dead deal dear death debate debt decade decide decision deep defense define degree delicious deliver demand
        democracy deny depend describe description desert deserve design desire detail determine develop development device devil dialogue did die difference different difficult
        dinner direct direction dirty discover discuss discussion disease dish distance do doctor document does dog dollar done door double doubt down draft drama draw dream
        dress drink drive drop dry due during dust duty each early earn earth ease east easy eat economic economy edge edit education effect effective effort egg either
        election electric element else email emotional empty encourage end enemy energy engage english enjoy enough ensure enter entire environment equal equipment escape
        especially essay establish even evening event ever every everybody everyone everything evidence evil exactly example excellent except excited exercise exist expect
        expensive experience expert explain explore express expression extra extreme eye face fact factor fail failure fair faith fall false familiar family famous fan fantasy
        far fast fat fate favorite fear feature feel feeling few field fight figure fill film final finally find fine finish fire firm first fish fit five fix flag flat
        flight floor flow flower fly focus follow following food foot for force foreign forest forget forgive form formal former forward found four frame free freedom fresh
        friend friendly from front fruit full fun function funny future gain game garden gas gave general generate generation gentle get ghost gift girl give glad glass global
        go goal god gold gone good got government grade grateful great green grew ground group grow growth guess guest guide guilty gun guy had hair half hall hand handle
        hang happen happy hard hat hate have he head health hear heart heat heavy hello help her here hero herself hey hi hidden high him himself his history hit hold hole
        holiday home honest hope horror hospital hot hotel hour house how however huge human humor hundred hungry hurt husband i ice idea identify if ignore image imagine
        impact important impossible improve in include including income increase incredible indeed individual industry influence inform information inside instead instruction
        insurance intelligence intelligent interest interesting international interview into introduce introduction investigate invite involve is island issue it item its
        itself jealous job join joke journey joy judge jump just justice keep key kid kill kind kitchen knew know knowledge lady lake land language large last late later laugh
        law lay lead leader learn least leave led left leg legal lesson let letter level lie life light like likely limit line link list listen literature little live local
        logic lonely long look lord lose loss lost lot loud love low loyal luck lucky lunch machine made magic mail main maintain major make male man manage many map
        mark market marriage married mass master match material math matter may maybe me meal mean meaning measure medical medicine meet meeting member memory mental
        mention menu merry message metal middle might mighty mile military milk million mind mine minute mirror miss mission mistake mix mobile model modern moment money
        monster month mood moon moral more morning most mother mountain mouth move movement movie much murder music must my myself mystery name narrative nation national
        natural nature near necessary need negative neither nervous network never new news next nice night no nobody noise none nor normal north not note nothing notice novel
        now number object observe obvious occur ocean of off offer office official often oh oil ok okay old on once one only open operation opinion opportunity option or
        orange order ordinary organization origin original other our out outcome output outside over own page pain paint pair paper paragraph parent park part partner party
        pass passage past path patient pattern pay peace peculiar pen people perfect perform performance perhaps period person personal phone photo phrase physical piano pick
        picture piece place plan plane planet plant play please plot poem poetry point police policy political poor popular population position positive possible post potential
        power practice praise prepare present press pressure pretend pretty prevent price prison prize probably problem procedure proceed product professional profit program
        project promise proof proper property proposal protect proud prove provide psychology pull purpose push put puzzle quality quarter question quick quickly quiet quite
        quote race radio rain raise range rate rather reach react read reader reading ready real reality realize really reason receive recent recipe recognize recommend
        record red reduce refer reflect region regret regular relate relationship relax religion remain remember remind remove rent repair repeat replace reply report
        request require rescue research respect respond rest result return reveal review revolution rewrite rhyme rich ride right ring rise risk river road rock role roll
        romantic room rose round rule run rush sad safe said sail salt same sample sand save saw say scale scared scary scene scheme school science score screen sea search
        season seat second secret section security see seek seem sell send sense sentence separate serious serve service set seven several sex shadow shake shall shape share
        sharp she ship shirt shock shoe shop short shot should show sick side sign signal silent silly silver similar simple simply since sing single sister sit site situation
        six size skill skin sky sleep slow small smart smell smile smoke smooth snow so social society soft software soil solid solution solve some somebody someone something
        sometimes son song soon sorry sort soul sound source south space speak special specific speech speed spell spend spirit sport spot spread square stage stand standard
        star start state statement station stay steal step still stock stone stop store storm story straight strange stranger strategy stream street stress strike strong
        structure struggle student study stupid style subject success such sudden suffer sugar suggest suggestion suit summarize summary sun super support suppose sure
        surprise surround survive sweet swim switch symbol system table take tale talent talk tall target task taste tax tea teach team technology tell temperature ten tend
        term terrible test text than thank thanks that the theater their them theme themselves then theory there therefore these they thick thin thing think third this those
        though thought thousand threat three through throw thus ticket tie tight till time tiny tip tired title to today together tomorrow tone tonight too tool top topic
        total touch tough tour toward town toy track trade tradition traffic train training transfer translate translation travel treat treatment tree trial trick trip trouble
        true trust truth try turn twice two type typical ugly under understand unique universe university unless until up update upon us use used useful user usual usually
        vacation value variety various vast very victim victory video view village violence virus visit vision visual voice vote wait wake walk wall want war warm warn warning
        was wash waste watch water wave way we weak weapon wear weather web website wedding week weekend weight weird welcome well went were west what whatever when where
        whether which while white who whole whose why wide wife wild will win wind window wine winner wisdom wise wish with within without witness woman wonder wonderful wood
        word work worker world worry worse worst worth would wound wow write writer writing wrong year yes yesterday yet you young your yourself zero
        hi hey hello dear regards sincerely best yours cheers thanks attached please find enclosed subject re fwd cc bcc invoice receipt refund shipment delivery tracking
        ticket case reference balance statement transfer payment deposit withdrawal loan mortgage branch appointment booking reservation checkout checkin
        english german french spanish italian dutch portuguese polish russian turkish arabic hindi chinese japanese korean vietnamese greek latin american british european
        african asian indian australian canadian mexican irish scottish christian muslim jewish buddhist hindu catholic protestant roman victorian medieval renaissance
        dragon wizard vampire pirate knight warrior princess prince queen king alien robot zombie witch fairy goblin elf dwarf hero villain kingdom castle empire galaxy
        mars venus jupiter saturn mercury neptune moon earth sun quantum gravity evolution photosynthesis dinosaur volcano earthquake hurricane tsunami
        acrostic haiku limerick sonnet ballad essay blog tweet caption slogan headline outline bullet checklist template
        """;

    /// <summary>The small words of other languages.</summary>
    public const string Foreign = """
        der die das ein eine einen einem einer und oder aber nicht ist sind war waren wird werden hat haben ich du er sie es wir ihr mein dein sein unser bitte danke mit von zu
        zum zur auf aus bei nach für über unter vor wenn weil dass wie was wer wo warum wann hier dort heute morgen gestern sehr auch noch schon nur mehr kein keine guten tag
        sehr geehrte geehrter damen herren liebe lieber viele grüße freundlichen rechnung vertrag antrag kunde adresse anschrift name wohnhaft geboren frage antwort
        le la les un une des et ou mais ne pas est sont était être a ont je tu il elle nous vous ils elles mon ton son notre votre merci avec de du pour dans sur sous chez
        quand parce que qui quoi où comment pourquoi ici aujourd'hui demain hier très aussi encore déjà plus moins bonjour cher chère monsieur madame cordialement facture contrat
        demande client adresse nom prénom né née question réponse
        el los las una y o pero no es son era ser ha han yo tú él ella nosotros ustedes mi tu su nuestro gracias con por para en sobre bajo cuando porque quien qué dónde cómo
        aquí hoy mañana ayer muy también aún ya más menos hola estimado estimada saludos atentamente factura contrato solicitud cliente dirección nombre apellido pregunta respuesta
        il lo gli uno ed ma non sono era essere ho hai ha abbiamo hanno io lui lei noi voi loro mio tuo suo nostro grazie con per su tra fra quando perché chi cosa dove come
        qui oggi domani ieri molto anche ancora già più meno ciao gentile egregio saluti cordiali fattura contratto richiesta cliente indirizzo nome cognome domanda risposta
        de het een en of maar niet is zijn was waren wordt heeft hebben ik jij hij zij wij jullie mijn jouw zijn ons bedankt met van voor op uit bij naar over onder als omdat
        dat hoe wat wie waar waarom wanneer hier vandaag gisteren zeer ook nog al meer geen goedendag geachte beste groet groeten factuur contract aanvraag klant adres naam
        o os um uma e mas não são foi ser tem têm eu ele ela nós vocês meu seu nosso obrigado com por para em sobre quando porque quem onde como aqui hoje amanhã ontem muito
        i w z na do nie jest są był być ma mają ja ty on ona my wy oni mój twój dziękuję proszę od po przy dla kiedy ponieważ kto co gdzie jak dlaczego dzisiaj wczoraj bardzo
        ve bir bu şu ne için ile de da değil mi çok daha gibi ama veya ben sen biz siz onlar evet hayır teşekkürler lütfen merhaba sayın adres isim
        """;
}
