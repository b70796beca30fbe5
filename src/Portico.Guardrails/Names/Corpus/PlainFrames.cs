namespace Portico.Guardrails.Names.Corpus;

/// <summary>Texts that name nobody, though much in them looks as names do: they teach what to leave alone. Slots and choices as in <see cref="EnglishFrames"/>.</summary>
static class PlainFrames
{
    public const string Prose = """
        [Write|Create|Generate|Draft|Compose] a [short|long|formal|funny|persuasive|detailed] [email|essay|poem|story|letter|script|report|blog post|speech] about {ws}.
        [How do I|How can I|How would you|Can you|Could you please|I want to|Help me|I need to] {w} the {w} [in|with|for|of] [my {w}|{tech}|a {w}|the {w}]?
        [What|Why|When|Where|How] [is|are|was|were|do|does|did|can|should] [the {w}|a {w}|people|we|it|{ws}] {w}?
        [Act|Imagine you are acting|I want you to act] as [a|an|my] {Role}[.| and {w} my {w}.|. I will {w} you {ws}.| Generator.| Expert.]
        [You are|You will be|Pretend you are|Imagine you're|Take on the role of] [a|an|the] {w} [{role}|knight|wizard|astronaut|pirate|detective|chef] [who {ws}|from the future|living in the {w}|].
        [Role|Task|Goal|Context|Input|Output|Format|Constraints|Steps|Notes|Example|Instructions|Objective|Audience|Tone|Style|Summary|Question|Answer|Title|Topic]: {Ws}
        [Role|Task|Goal|Context|Input|Output|Format|Rules|Key Features|Target Audience|Core Principles]:\n- {Ws}\n- {Ws}\n- {ws}
        # {Ttl}\n\n{Sent}
        ## {Ttl}
        **{Ttl}**: {ws}[.|]
        - **{Ttl}**: {Sent}
        {n}. {Ttl}[: {ws}|]
        {Sent} {Sent} {Sent} {Sent}
        {Sent}\n{Sent}
        {Sent}
        [Dear|Hello|Hi|Good morning|Welcome] [customer|all|team|everyone|sir or madam|friend|colleagues|user|there|guys|members|Hiring Manager|Support Team],[ thanks for the {w}.|\n\n{Sent}|]
        [Best regards|Kind regards|Sincerely|Cheers|Thanks],\n[the team|Customer Service|your Support Team|[Your Name]|Your Friend|The Management|HR]
        [Good morning|Happy Birthday|Merry Christmas|Happy New Year|Congratulations|Thank You|Good Luck][!|, everyone!|.]
        {Sent} {Sent}
        {Sent}
        {Sent} {Sent} {Sent}
        {W}, {w} and {w} [are|were] {w}.
        In {month} [{year}|], the {w} was {w}.
        [On|Every|Last|Next|This] {day}[ morning| evening|], [we|they|I] {w} the {w}.
        [January|March|May|June|August|The Spring|Easter|Christmas] [is|was|will be] {w} this year.
        The [meeting|deadline|payment|event] is on {day}, {month} {n}, {year} at {n}:30.
        [Title {roman} of the|The|Article {n} of the|Section {n} of the] [Constitution|Bill of Rights|Treaty|Code|General Data Protection Regulation|Clean Air Act][ of {year}|].
        [The|A] [Renaissance|Industrial Revolution|Cold War|Great Depression|Second World War|French Revolution|Ice Age|Roman Empire|Middle Ages|Big Bang] [was|changed|began with|ended with] [the {w}|a {w} {w}].
        [Explain|Compare|Describe|Summarise|Define|Discuss|List|Analyse] [{w} and {w}|the {w} of {w}|{tech} and {tech}|quantum physics|machine learning|photosynthesis|the theory of relativity|Bayes theorem|the Monty Hall problem].
        [Does|Is|Can|Will] [God|the Devil|Santa|the Pope|Mother Nature|Father Christmas|Mom|Dad|Grandma|the President|the Queen|my Boss] {w}?
        [My|Our|His|Her] [Mom|Dad|mother|grandma|Uncle|boss|teacher|doctor|neighbour] [said|told me|is {w}|went to the {w}].
        [Excuse me|Sorry|Please|Listen], [Sir|Madam|Doctor|Captain|Officer|Professor|my friend], {ws}[.|?|!]
        [WHAT|WHY|PLEASE|STOP|I NEED|CAN I|DO NOT|IMPORTANT|WARNING|NOTE|ATTENTION][:|] {UPPER}[!|?!|.|]
        {UPPER}
        {Ttl}
        {Ttl}: {Ttl}
        [The|A|My favourite] [film|book|song|album|game|movie|novel] ["{Ttl}"|'{Ttl}'|*{Ttl}*|{Ttl}] [is|was|won] {w}[.| in {year}.]
        [Genre|Genres|Tags|Category|Categories]: [Action|Comedy|Drama|Horror|Mystery|Romance|Science Fiction], {W}, {W} & {W}
        [I speak|She speaks|Translate this to|in|from] [English|German|French|Spanish|Japanese|Arabic|Hindi|Turkish] [and English|into Italian|]{end}
        [English|German|French|Chinese|Indian|Roman|Victorian|American|African] [food|history|people|art|music|language|culture] [is|was] {w}.
        [I use|We use|Install|Learn|I like|Switch to|This is written in|Migrate from] {Tech}[.| and {Tech}.| with {Tech} on {Tech}.| {n}.{n}.]
        [Write|Create|Construct|Implement|Generate|Provide] a {Tech} [function|script|class|program|method|query|example] [to|that|which] {w}s [the {w}|a list of integers|a CSV file|two strings]{end}
        [The|This] [{Tech}|REST|HTTP|JSON|SQL] [API|server|client|endpoint|module] [returns|throws|needs|accepts] [null|an error {n4}|a list|a Boolean|{Tech} objects].
        [Open|Click|Select|Go to|Press|Choose] [Settings|File|Edit|View|Save As|the Menu|Control Panel|Options] > {W} > {W}[.|]
        [Step|Chapter|Part|Section|Question|Day|Week|Phase|Level|Version|Figure|Table|Exercise|Page|Room|Line|Gate] {n}[:| -|.] {Ttl}
        [A|B|C|D])[ ]{Ws}
        [Q|A|User|Assistant|Human|AI|Bot|System|Agent|Customer|Support|Interviewer|Narrator|Host|Teacher|Student|Buyer|Seller]: {Sent}
        [User|Human|Customer]: {Sent}\n[Assistant|AI|Support|Bot]: {Sent}
        I [bought|sold|want|ate|saw|like|need] {n} [{w}s|Apples|bananas|tickets|kilos of {w}|{w} and {w}].
        [Ingredients|Recipe|Servings|Time]: {n} [cups|grams|spoons] of {w}, {n} [{w}|{w}s], {w}
        [My card|My credit card|My account|My driver's license|My social security|My ID] [number|] is {n4}[ {n4}|-{n4}|].
        [How do I|Can I|I want to|Could you] [check|withdraw|increase|cancel|block|see|get] [my|the|a] [balance|limit|cash|card|PIN|statement|last {n} transactions] [on|from|for|of] [my credit card|my account|card {n4}{n4}]?
        [He|She|I|They] [is|am|was] {n}[ years old|][.|]
        Patient is a {n}-year-old [male|female] with [a history of|] [{w} pain|diabetes|Alzheimer's disease|Parkinson's disease|Crohn's disease].
        [{n} and {n} is|The sum of {n} and {n} is|There are {n} of {n}|Room {n}, floor {n}|From {n} to {n}|Page {n} of {n}].
        The [population|price|temperature|distance|score|total] [is|was|rose by|fell to] {n} [%|people|km|degrees|points|dollars] in {year}.
        In {year}, {n4} [people|soldiers|books|units] [were {w}|arrived by {w}|died]{end}
        [lol|omg|hey|ok|yeah|nah|idk|well|so|but] [that was {w}|i {w} it|we should {w}|u there|what do you {w}|can you {w} me]
        i [think|want|need|like|hate] [to {w}|the {w}|my {w}|{ws}] [because|and|but] {ws}
        {ws}
        {ws}, {ws} and {ws}.
        [The|A] [Moon|Sun|Earth|Mars|Milky Way|Internet|Bible|Quran|Web|Net|State|Church|Government|Company|Board|Agreement|Contract|Tenant|Landlord|Buyer|Seller|Client|Party] [is|shall|may|must] {w}.
        [The Company|The Client|The Contractor|The Employee|The Licensee] [shall|agrees to|may not] {w} the [Services|Agreement|Confidential Information|Work|Term] [within {n} days|under Section {n}|].
        [The bank|A bank|the university|our hospital|the school|the company|the police|the city council|the court|the government] [said|told me|is closed|will {w}|needs {ws}]{end}
        [I went to|We met at|They walked down] the [street|market|road|avenue|square|park|bridge|station|bank|hospital|church] [and {ws}|yesterday|].
        [Street|Road|Avenue|City|Country|Address|Name|Zip code|State|Phone|Company][:|] [required|is missing|n/a|(optional)|must not be empty|_____|]
        [Enter|Insert|Type|Provide] [your|the|a] [name|full name|address|company name|city|First Name|Last Name] [here|below|]{end}
        [Your Name|Full Name|Company Name|First Name|Street Address|City, State|Job Title|Date]
        {"[role|type|status|model|lang]": "[user|assistant|system|string|object|ok|en]", "[content|text|value|message]": "{Sent}"}
        {"[title|description|environment|location|camera|style]": "{ws}", "[id|count|size]": {n}, "[enabled|done]": [true|false]}
        [Der|Die|Das|Ein|Eine] [Wetter|Vertrag|Rechnung|Haus|Kind|Frage|Hund|Arbeit|Zeit|Auto|Wasser|Stadt] [ist|war|wird] [gut|schlecht|neu|alt|groß|klein|heute fertig].
        [Bitte|Können Sie|Kannst du|Ich möchte] [den Text|die Rechnung|das Problem|die Frage] [übersetzen|prüfen|erklären|zusammenfassen][.|?]
        [Was|Wie|Warum|Wann|Wo] [ist|war|kostet|macht|beginnt] [das Wetter|der Vertrag|die Schule|der Zug|das Spiel|die Wirtschaft]?
        [Die|Der|Das] [Regierung|Bevölkerung|Wirtschaft|Geschichte|Krieg|König|Kirche|Armee|Universität] [wurde|war|hatte|begann] im [Jahr {year}|{n}. Jahrhundert] [gegründet|zerstört|wichtig].
        [Le|La|Un|Une] [contrat|maison|facture|question|ville|guerre|temps|voiture|travail] [est|était|sera] [bon|nouveau|important|difficile|grand].
        [Quel|Comment|Pourquoi|Quand|Où] [est|faire|peut-on|commence] [le temps|la guerre|le contrat|un gâteau] ?
        [El|La|Un|Una] [contrato|casa|factura|pregunta|ciudad|guerra|tiempo|coche|trabajo] [es|era|será|fue] [bueno|nuevo|importante|difícil|grande].
        [¿Qué|¿Cómo|¿Por qué|¿Cuándo] [es|fue|puedo hacer|empieza] [el tiempo|la guerra|el contrato|la ciudad]?
        [Il|La|Un|Una] [contratto|casa|fattura|domanda|città|guerra|tempo|lavoro] [è|era|sarà] [buono|nuovo|importante|difficile|grande].
        [De|Het|Een] [contract|huis|factuur|vraag|stad|oorlog|weer|auto|werk] [is|was|wordt] [goed|nieuw|belangrijk|moeilijk|groot].
        [Bu|Şu|O] [sözleşme|ev|fatura|soru|şehir|savaş|hava] [iyi|yeni|önemli|zor|büyük].
        [Care|Ce|Cum|Unde|Când] [este|a fost|sunt] [contractul|orașul|războiul|vremea|întrebarea]?
        {"{w}": "{Ws}", "{w}": "{Ws}, {ws}"}
        "{snake}": "{W} {ws}",
        "{snake}": "{ws}, {ws}, {ws}",
        "{w}": ["{W}", "{W}", "{w} {w}", "{W} {w}"]
        - {W}\n- {W} {w}\n- {W}\n- {W}
        * {Ttl}\n* {Ttl}\n* {Ttl}
        {n}. {W} {ws}\n{n}. {W} {ws}\n{n}. {W} {ws}
        {n}. **{Ttl}**: {Sent}
        - **{W}** - {Sent}
        - {W}: {W}, {W}, {W}
        {Ttl} ({ws}): {W}, {W} and {W}
        ({W}, {W}, {W})
        | {W} | {W} {w} | {Ttl} | {n} |
        {W}, {W}, {W}, {w}, {w}
        {w}, {w}, {w}.
        {Sent} ({Tech}, {Tech} and {Tech}) {Sent}
        [Use|Using|With|Like|Try] {Id}, {Tech} or {Id} [for|to] {ws}.
        [Write|Explain] [the|a] {Ttl} {Ttl} [in {n} words|with examples]{end}
        ### {Ttl}\n{Sent}\n- {Ws}\n- {Ws}
        **{Ttl}:** "{Sent}" [{Ws}] ({ws})
        ${{snake}:{Ws}} {ws} ${{snake}}
        <{w}>{Sent}</{w}>
        [MUST|NEVER|ALWAYS|DO NOT|ONLY|BOX {n}|STEP {n}|TITLE|NOTE]: {Sent}
        {Sent} — {ws} – {Ws}; {ws}…
        [Call|Fax|Ring|Text|Phone|Tel.:|Reach me on|My number is] {phone}[ {prose}|][.|?]
        [Phone|Fax|Mobile|Account|Order|Reference|Serial number|Policy|Invoice no.][:| is] {phone}
        [{W} and {w}|{Ws}] [were|are|is|was] {prose}{end}
        {Ws} [by|from|with|of|like|and|the|a] {W} {prose}{end}
        {Ws} [by|from|with|of|like|and|the|a] {w} {prose}{end}
        {Ws} [the|a|this] {W} {W} {prose}{end}
        {Ws}, {w} and {w}, {prose}{end}
        [In|Since|From] {year}, {prose}{end}
        [Part|Step|Chapter|Symphony|Sonata|Opus|Level|Act|Scene|Volume|Phase|Grade|Class|Type|Room|Model|Category] [No. |]{n}[, [Part|Step|No.|Level] {n}[ and {n}|]|]{end}
        {Ws} [Part|Symphony|Level|Volume|Phase|Type|Model] [No. |]{n} {prose}{end}
        {W},{n},{W}\n{W},{n},{W}\n{w},{n},{w}
        {w},{w},{n}\n{w},{w},{n}
        {Ws} ({n}, {n}, {n}, {n}) {prose}{end}
        {Ws} {year} {prose} {W} {prose}{end}
        {foreign} {year} {foreign} {fs}{end}
        {n} {foreign}{end}
        {year} {foreign}{end}
        {W} {Id} {n} {w} {W} {n}
        {Tech} v{n}.{n} ({UPPER}) {n}{end}
        {"{w}": "{W}", "{w}": "{W}"}
        "{w}": "{W}, {w}, {w}",
        "{w} {w}", "{w}", "{w}",
        [{W}|{W} {W}] and {w} {prose}{end}
        {Ws} "{Ttl}"{end}
        {Ws} "{Ttl}" {prose}{end}
        {W}'s {prose}{end}
        [Y'all|Ma'am|O'clock|Don't|Let's|Ain't|Can't|Won't], {prose}{end}
        {foreign}, {fs}{end}
        {foreign} [{year}|{n}|{n}.{n}] {fs}{end}
        {foreign} {fs} ({fs}) {fs}[.|?|!]
        {foreign}: {foreign}{end}
        {foreign}
        {foreign}[.|?|!]
        """;

    public const string Code = """
        var {id} = new {Id}<{Id}>();
        public [class|interface|record|struct] {Id} : {Id}
        public async Task<{Id}> {Id}Async({Id} {id}, CancellationToken ct)
        [private|public|protected] [readonly|static] {Id} {id};
        {id}.{Id}({id}, {id});
        if ({id} == null) throw new {Id}Exception("{ws}");
        def {snake}(self, {snake}: str) -> {Id}:
        from {snake}.{snake} import {Id}, {Id}
        import {Id} from './{Id}';
        const {id} = await {id}.{id}({ id: {n} });
        function {id}({id}) { return {id} + {n}; }
        for (int i = 0; i < {id}.Length; i++) {Id}[i] = {id};
        SELECT {snake}, {snake} FROM {Id} WHERE {snake} = '{w}' ORDER BY {snake};
        INSERT INTO {Id} ({snake}, {snake}) VALUES ({n}, '{w}');
        [GET|POST|PUT|DELETE] /api/{w}s/{n4} HTTP/1.1
        [Host|Content-Type|Accept|Authorization|User-Agent]: {w}/{w}
        $ [git|npm|docker|dotnet|pip|kubectl] [install|run|build|push|get] {w}-{w} --{w}={n}
        [ERROR|WARN|INFO] {date} {Id}.{Id}: {ws} ({n} ms)
        at {Id}.{Id}.{Id}({Id} {id}) in {Id}.cs:line {n}
        <[div|span|a|button] class="{w}-{w}" id="{id}">{W} {w}</[div|span|a|button]>
        "{snake}": "{w}",
        "{id}": {n},
        {SNAKE}={n4}
        export {SNAKE}="{w}-{w}"
        [name|image|version|stage|script]: {w}-{w}:{n}.{n}
        // {Sent}
        # {ws}
        /// <summary>{Sent}</summary>
        assert {snake}({n}) == {n}, "{ws}"
        print(f"{W} {w}: {{snake}}")
        std::{w}<std::string> {id} = {Id}::{Id}();
        {Id} {id} = {Id}.{SNAKE};
        type {Id} struct { {Id} {id} }
        fn {snake}(&self, {snake}: &str) -> Result<{Id}, {Id}>
        let mut {snake} = {Id}::new({n});
        git commit -m "{W} {ws}"
        [Merge|Revert|Fix|Add|Remove|Update|Bump] {W} {w} [in|from|to] {Id}
        {hex} refs/heads/{w}
        curl -X POST https://{w}.example.com/{w}?{w}={n4}
        [ ] {W} {ws}
        """;
}
