namespace Portico.Guardrails.Names.Corpus;

/// <summary>English sentences with slots in braces and choices in brackets, written for this; \n is a new line.</summary>
static class EnglishFrames
{
    public const string People = """
        {Ws} {per} {prose}{end}
        {Ws} {full} {prose}, {prose}{end}
        {Ws} {given} {prose} {family} {prose}{end}
        {Ws} {family} {prose}{end}
        {Ws} {given}'s {prose}{end}
        {Ws} {family}'s {prose}{end}
        {Ws} {family} and {family} {prose}{end}
        {family} and {family} [are|were|did|have|wrote|said|met] {prose}{end}
        {per} and {given} [are|were|did|have|wrote|said|met] {prose}{end}
        {given} [is|was|has|will|can|did|and|then|never|always] {prose}{end}
        {family} [is|was|has|will|can|did|and|then|never|always] {prose}{end}
        {full} [is|was|has|will|can|did|and|then|never|always] {prose}{end}
        {prose} {lower:full} {prose}
        {prose} {lower:given} {prose}
        "{Ws} {prose}", [says|said|asks|adds|replied|wrote] {per}{end}
        {Ws} [by|from|with|to|for|of|like|and|named|called|between] {per} {prose}{end}
        {Ws} [by|from|with|to|for|of|like|and] {family} {prose}{end}
        {Ws} the [{role}|singer|writer|actor|king|player|{w}] {full} {prose}{end}
        {Ws} ({full}, {year}) {prose}{end}
        {Sent} {given} {prose}{end}
        {Sent} {Ws} {full} {prose}{end}
        [Imagine you are|You are|Act as|Pretend to be|Take on the role of|Embody] {full}[, {prose}| and {prose}|]{end}
        {given}: {Sent}\n{given}: {Sent}
        {given}: {Sent}\n{family}: {Sent} {given}, {prose}?\n{given}: {Sent}
        {Ws} ({prose} {full}){end}
        {Ws} ([by|with|from|like|see|after] {full}){end}
        [Because of|Instead of] {prose}, [we|I|they] [must|will] [add|ask|call|invite|help] {full} [as {role}|{prose}]{end}
        {given}, [can|could|may|do|will|would|should|is|what|please|I|you|we|thanks|this] {prose}[.|?|!]
        [Hi|Hello|Dear|Hey|Good morning|Good evening] {given}, [thanks|thank you] for [your message|getting back to me|the quick reply|calling {date}].
        [Hi|Dear|Hello] {titled},\n\n[I am writing|I write] [about|regarding] [your invoice|my contract|the claim from {date}|order {n4}].
        [Best|Kind|Warm] regards,\n{full}
        [Best|Yours sincerely|Yours faithfully|Cheers|Thanks|Love|Sincerely],\n{per}\n{role}\n{org}
        [Regards|Best wishes|Many thanks],\n\n{full}, {role}
        My name is {per} [and I live in {place}|and I work at {org}|and I need help with my account|and I was born in {place}].
        [My name's|The name is|I'm|I am|This is|It's] {per}[.|, nice to meet you.|, can you hear me?|. I called yesterday.]
        [Call me|They call me|You can call me|Everybody calls me|People call me] {given}.
        Can I [speak|talk] to {per}[, please|]?
        Please [call|contact|email|notify|inform|ask|tell] {per} [at {phone}|about this|before {date}|as soon as possible|when it is done].
        {per} [said|told me|wrote|explained|claims|thinks|believes|admitted|replied|confirmed] that [the {w} is {w}|it was {w}|nothing happened|we should {w} the {w}].
        "[I'm glad|We are sorry|I did not {w}|That is {w}]," [said|says|replied|added|explained] {per}[.|, the {role}.|, {role} at {org}.]
        {per} and {per} [got married in {place}|moved to {place} in {year}|are coming to dinner|work together at {org}|have never met].
        [I met|I saw|I know|We visited|Do you remember|Have you seen|I spoke with|I had lunch with] {per} [in {place}|last week|yesterday|at the {w}|on {day}|]{end}
        {per} [was born|died|grew up|was raised] in {place} [in {year}|on {date}|].
        The [patient|customer|client|tenant|applicant|employee|defendant|witness|student|passenger|account holder|card holder], {per}, [was admitted on {date}|has called twice|asked for a refund|did not appear].
        [Patient|Customer|Client|Employee|Student|User|Tenant|Member|Applicant|Witness|Passenger] {full} [was seen on {date}|reported {w} pain|asked about the {w}|submitted form {n4}|changed the password].
        [Patient|Name|Full name|Customer|Contact|Client|Author|Sender|Recipient|Attention|Employee|Signed|Signature|Cardholder|From|To|Cc|Attn|Contact person|Account holder|Policy holder]: {full}
        Name: {full}\nDate of birth: {date}\nAddress: {adr}\nPhone: {phone}\nEmail: {email}
        First name: {given}\nLast name: {family}\nCity: {place}\nCompany: {org}
        name:    {full}\naddress:     {adr}
        {per}'s [mother|father|son|daughter|brother|dog|car|account|password|report|birthday|friend|boss|house|address] [is {w}|was stolen|is in {place}|called me|did not {w}].
        [I am|He is|She is|Are you|That's] {per}'s [son|wife|husband|doctor|lawyer|friend|neighbour|boss|kid].
        {given}: [hello there|what do you mean?|I don't know.|let's go!|are you coming?]\n{given}: [me too|I'm {given}.|nobody knows|ask {given}.|see you later!]
        [{given}|{family}]: "[Where is the key?|Who is {given}?|I can't {w} this.]"
        {per} [yelled|smiled|looked|waved] at {per}[.|: "Where have you been?"|: "Stop!"]
        [There were|We invited] {n} [kids|guests|people|friends]: {given}, {given}, {given} and {given}.
        [Participants|Attendees|Present|Authors|Team|Members|Speakers]: {full}, {full}, {full}[ and {full}|]
        [1. |- |* ]{full}\n[2. |- |* ]{full}\n[3. |- |* ]{full}
        [Why|When|How|Where] [is|does|did|was] {given} [so {w}|always {w}|so late|like that]?
        [Who is|What did|Tell me about|Write a poem about|Write a story about|Where is|Is] {per}[?| do? |.]
        [She|He|They|We] [named|called] [him|her|it|the baby|the dog] {given}[.|, after {full}.|]
        [I want|I need|We have|Please] to [add|remove|register|put down] {full} [as second holder|to my account|to the policy|to the guest list].
        [It is|It should be|The booking is|The table is|The reservation is] under [the name of|the name|my wife's name|] {full}.
        [The name on the card|The name in the contract|My name|Her surname] is [wrong|misspelled|not correct][, it ought to say|. It should be|, it must read] {full}[.|?|]
        [Our|Your|The|My] [new |former |] {role}[,| is|] {full}[,| will| has] [is on leave|will call you|has left the company|joined on {date}].
        {full}, [the|our|a] {role}, [said|wrote|told {org}|told reporters|argued] [on {day} |]that the {w} was {w}.
        {titled} [is a {n}-year-old] [man|woman|patient|{role}] who [lives in|grew up in|comes from] {place}.
        {titled} [travelled to|arrived in|moved to|left] {place} on {day}.
        [Thank you|Thanks|Sorry|Excuse me|Listen|Look|Well|Yes|No|OK], {given}[.|!|, I will.|, that is {w}.]
        {given}, [can you|could you|please|will you|did you|are you] [send me the {w}|help me|call me back|check this|there]?
        [A|The|This] [song|book|film|album|poem|painting|tribute|letter|play] [by|from|to|of|about] {per} [is {w}|from {year}|was not {w}|and {per}].
        [Produced|Directed|Written|Edited|Translated|Photographed|Reviewed|Approved|Prepared|Checked] by[:|]   {full}
        [According to|In the words of|As told by|Thanks to|With|Like|Unlike] {per}, [the {w} was {w}|life is {w}|nothing is {w}].
        The [novel|theory|idea|work|career|style|legacy|music|art|trial|case] of {per} [is {w}|changed the {w}|was {w} in {year}].
        Judge {family} [ruled|found|held] that {family} [did not {w}|was {w}] in {family} v. {family}.
        The [parents|lawyer|family|friends|children] of {full} [spoke to the press|thanked the police|live in {place}].
        {full} ({n}) from {place} [won the race|was arrested|is missing|plays the piano].
        {full} <{email}> wrote:
        > {full}\n> {org}\n> {adr}
        Contact {full} ({email}, {phone}) for [more|details|questions].
        [The login|The credentials|The account|The record|SSN {n4}|Account number {n4}] [of|for|belongs to|was issued to|under] {full} [was exposed|is locked|was found in the logs].
        [System administrator|IT specialist|Finance manager|Nurse|Officer|Agent|Analyst] {full} [retrieved|reset|shared|opened|closed] [the file|ticket {n4}|the {w} report].
        we should ask {lower:given} about it
        hey {lower:given} are you free [tomorrow|tonight|on {lower:day}]
        i talked to {lower:full} and [he|she] said no
        my name is {lower:full} and i need a new card
        {lower:full} [lives in|works in|moved to] {lower:place}
        PLEASE CALL {upper:full} ABOUT THE {upper:w} REPORT
        {full} [was elected|is the president of {org}|was the first to {w}|wrote {n} novels|painted in {place}|composed the music].
        [Scientists|Researchers|Historians] like {full} and {full} [found|showed|argued] that {ws}.
        In {year}, {full} [moved to {place}|founded {org}|published the theory|won the {W} prize|married {full}].
        [Meeting|Interview|Lunch|Call|Appointment] with {full} [at {n}:30|on {day}|in {place}|about {org}].
        [Cc|Bcc|FYI|ping|@] {given} {family}
        """;

    public const string Organisations = """
        {Ws} {org} {prose}{end}
        {Ws}: {org}, {org} and {org}[. {Sent}|{end}]
        {full}\n{org}\n{adr}
        {org}\n{full}\n{adr}
        {Ws} [by|from|with|at|for|of] {org} {prose}{end}
        {org} [is|was|has|will|said|and] {prose}{end}
        {Ws} {org}'s {prose}{end}
        [I work|She works|He works|We work|I used to work|They worked] [at|for] {org}[.| in {place}.| as a {role}.| since {year}.]
        {org} [is|was] a [company|bank|school|design agency|hospital|charity|law firm|start-up|supplier|university|non-profit] [based in|from|founded in] {place}.
        {org} [announced|reported|said|denied|published|launched|acquired|sued|bought|hired|fired] [a profit of {money}|{org}|{n} people|a new {w}|{full}|that the {w} is {w}] [on {day}|in {year}|].
        [The address|The phone number|The office|The website|The logo|The owner] of {org} is [{adr}|{phone}|new|in {place}|{email}].
        [During|In|Since] {year}, {org} [grew by {n} % in|left|entered] [the {w} market|{place}|{w} research].
        [Invoice|Contract|Offer|Quote|Order|Bill] [from|for|to|of] {org}[, dated {date}|. Amount: {money}|]
        [Company|Employer|Organisation|Organization|Supplier|Vendor|Bank|Insurer|School|University|Bill to|Ship to|Issuer|Publisher]: {org}
        [We have|I have] an account [at|with] {org}[.| and a loan at {org}.]
        {org}, {org} and {org} [are the largest {w} companies|merged in {year}|joined the {w} project].
        [The CEO|The {role}|A spokesman|The chairman|An employee|The lawyers|The board|The shares] of {org} [resigned|said no|met {full}|refused to {w}|rose by {n} %].
        {full} [joined|left|founded|leads|runs|studied at|was hired by|worked at|retired from] {org}[ in {year}|.| as {role}.]
        [The audit|A breach|The security incident|The investigation|A ticket|The leak] at {org} [revealed|exposed|involved|concerned] [customer details|{n} records|the account of {full}].
        [Send|Deliver|Ship|Fax|Mail] it to {org}, {adr}.
        {org}\n{adr}
        {full}\n{role}\n{org}\n{adr}
        {full}\n{org}\n{adr}\n{phone}
        [I bought it|We ordered|They shop|My insurance is] [at|from|with] {org}.
        [My|Our|The] [bank|insurer|employer|landlord|supplier|school] is {org}.
        """;

    public const string Addresses = """
        {Ws} [at|on|to|from|near|in] {street} {prose}{end}
        {Ws} {adrline}
        {full}\n{org}\n{adr}
        {full}\n{adr}
        [It's|They are|We're] [in|at|on] [{street} and {street}|{crossing}], {prose}{end}
        [I live|We live|She lives|He lives|They live|My parents live|I stayed] at {adr}[.| now.| since {year}.]
        [My|Our|Her|His|Their|The new|The billing|The shipping|The delivery|The home] address is[:|] {adr}[.|]
        [Address|Home address|Billing address|Shipping address|Delivery address|Ship to|Residence|Location|Anschrift|Street address|Mailing address]: {adr}
        [Please|Kindly|] [send|ship|deliver|return|forward|mail|post] [it|the parcel|my order|the card|the letter|the keys] to {adr}[.| by {day}.|, please.]
        [Our|The] [offices|office|shop|store|clinic|restaurant|hotel|school|warehouse|meeting] [is located|are located|is|are] at {adr}.
        [The bus|The train|The tram|A taxi] [stops|leaves] at {street}[.|]
        [Meet me|See you|Let's meet|Pick me up|Wait for me|Come] [at|in front of|near] {adrline}[ at {n}:30|]{end}
        [Where is|How far is|Do you know] {street}[?| from here?]
        [The parade|The demonstration|The route|Visitors] [starts|ends|begins] [on|at] {street}.
        [He|She|{per}] [gave|told|sent|mailed] {per} [his|her|the] [new |]address: {adr}
        Below is {given}'s address:\n\n{adr}
        [I moved|We moved|I have moved], [please update|please change|update] [my address|the address|our records] to {adr}[.|?|, thanks.]
        [How do I|Can I|I want to|I need to] [change|update|correct] my [address|billing address|delivery address] to {adr}[?|.]
        [The accident|The fire|The robbery|The crime|It] happened [at|on|near] {street} in {place}.
        [The letter|The parcel|The police|An ambulance] arrived at {adr}.
        [Her house|The museum|The flat|The venue|The restaurant|The station|The clinic] is [at|on] {street}[.|, {town}.|]
        {full} [lives at|resides at|moved to|was last seen at] {adr}[.|, and works for {org}.]
        {full}\n\n{adr}
        {full}, {adrline}
        [What's the address?|Where do you live?|Where to?] [It's|It is|At|In] {adr}
        [We met|The shop is|It is] [on|at] {crossing}[ in {place}|].
        [{n}. |- |]{adrline}
        ship to {lower:adrline}
        meet me at {lower:adrline}
        i live at {lower:adr}
        the bus stops at {lower:street}
        name: {lower:full}\naddress: {lower:adr}
        DELIVER TO {upper:adrline}
        [My postcode is] {n5} and I live in {place}.
        [Was|Is|Isn't] {street} [in|the one in|far from] {place}?
        """;

    public const string Places = """
        {Ws} [in|from|to|near|of|and|through] {place} {prose}{end}
        {Ws} {country} {prose}{end}
        {place} and {place} {prose}{end}
        {place}, {place}, {place}[ and {place}|]{end}
        {prose} [in|from|to|near] {lower:place} {prose}
        [I live|She lives|He grew up|They settled|We met|I was born|My friend lives|He works] in {place}[.| now.|, you know.|]
        [She|He|We|They|I] [moved|came|went|travelled|flew|drove] [here from|to|back from|from] {place}[.| in {year}.| last {month}.]
        [When are you|Is anyone] [coming|going|travelling] to {place} [with me|this year|next week]?
        {place} [is the capital of|borders|lies north of|is bigger than|beat] {place}.
        [The weather|The food|The war|The people|A flight|The economy|The history|The president|The government] [in|of|from|to] {country} [is {w}|was {w} in {year}|changed].
        What is the [capital|population|history|currency|GDP] of {country}?
        [I'm|We're|I am] in {place}, at the [airport|hotel|beach].
        [The best|The oldest|A small] [hotel|city|restaurant|museum|village|company] in {place} [is closed|was built in {year}|opened on {date}].
        [Plan|Book|Suggest] a [trip|flight|{n}-day tour] [from {place} |]to {place} [in {month}|for {money}|].
        """;
}
