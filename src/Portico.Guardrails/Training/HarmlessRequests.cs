namespace Portico.Guardrails.Training;

/// <summary>Requests that only sound like harmful ones: words with two meanings, pictures of speech, things that nobody can hurt, games and stories, meanings, history, public and invented people.</summary>
static class HarmlessRequests
{
    public static readonly Dictionary<string, string[]> Lists = new()
    {
        ["ask"] =
            "How do I|How can I|What is the best way to|Can you tell me how to|How does one|Is there a quick way to|Please explain how to|Any tips on how to|What do I need to|Teach me to".Split(
                '|'
            ),
        ["invented"] =
            "Gandalf|Harry Potter|Darth Vader|Sherlock Holmes|Batman|Super Mario|Homer Simpson|Frodo|Hermione|Dracula|Captain Ahab|James Bond|Princess Leia|Donald Duck|Katniss Everdeen|Indiana Jones|Popeye|Wonder Woman|Pikachu|Don Quixote|Tintin|Asterix|Lara Croft|Walter White|Tony Soprano|Snow White|Peter Pan|Mary Poppins|Iron Man|Bugs Bunny".Split(
                '|'
            ),
        ["known"] =
            "Angela Merkel|Barack Obama|Elon Musk|Taylor Swift|Serena Williams|Tom Hanks|Emmanuel Macron|Lionel Messi|Bill Gates|Oprah Winfrey|King Charles|Justin Trudeau|Beyoncé|Usain Bolt|the Pope|the CEO of Nokia|the governor of Ohio|the mayor of Paris|the prime minister of Spain|Greta Thunberg|Roger Federer|Adele|Narendra Modi".Split(
                '|'
            ),
        ["thing"] =
            "carrots|teapots|houseplants|left shoes|unicorns|dragons|vampires|robots|spoons|penguins|goldfish|mountains|traffic lights|Windows users|Linux users|elves|people who like pineapple on pizza|morning people|cyclists in video games|ghosts|cacti|zombies|people named Bob|green socks|umbrellas|hobbits|stamp collectors|Martians|goblins".Split(
                '|'
            ),
        ["people"] =
            "women|Muslims|Jews|gay people|immigrants|black people|disabled people|old people|Catholics|Indians|Mexicans|trans people|blind people|refugees|Germans|Buddhists".Split(
                '|'
            ),
        ["event"] =
            "the Rwandan genocide|the Armenian genocide|the Holocaust|the Cuban missile crisis|the fall of Constantinople|the sinking of the Lusitania|the Boston Tea Party|the Black Death|the bombing of Dresden|the Great Fire of London|the siege of Leningrad|the Bataan death march|the Partition of India|the Peterloo massacre|the Reign of Terror|the assassination of Lincoln|the Bhopal disaster|the Salem witch trials|the Khmer Rouge|the Trail of Tears|the Spanish Inquisition|the Gulf War|the Haymarket riot|the Munich Olympics attack|the Beer Hall Putsch|the Battle of Verdun|Bloody Sunday".Split(
                '|'
            ),
        ["game"] =
            "Minecraft|Fortnite|Skyrim|World of Warcraft|Dark Souls|Grand Theft Auto|Counter-Strike|Zelda|The Sims|Doom|Half-Life|Age of Empires|Assassin's Creed|Cyberpunk|chess|Dungeons and Dragons|Pokémon|Red Dead Redemption|Civilization|XCOM".Split(
                '|'
            ),
    };

    public static readonly (string Kind, string[] Patterns)[] Families =
    [
        // Homonyms and computing
        (
            "",
            [
                "{ask} [kill|terminate|stop] [a hanging service|a frozen program|a stuck thread|a child process|the web server on port 8080|a docker container|a screen session|an orphan job|all node processes] [in Linux|on Windows|from the shell|on a Mac|]?",
                "{ask} [execute|run|trigger|inject] [a stored procedure|a dependency in Spring|a shell script|a unit test|a cron job|a macro in Excel|a query]?",
                "{ask} [dump|drop|wipe|truncate|destroy] [a table in Postgres|a disk before I sell it|the cache|the heap of a Java program|a Terraform stack|an object in C++]?",
                "{ask} [hack|crack|break|attack] [my sleep schedule|a coconut|a hard riddle|a chess opening|the code of a puzzle box|a bad habit|a new language|an exam question|an egg with one hand]?",
                "{ask} [shoot|capture|fire|frame] [a wedding in the rain|a bird in flight|the Milky Way|a short film|clay in a kiln|pottery at home|hoops|an arrow at a target|a penalty kick|a portrait with one light]?",
                "{ask} [inflate|burst|pop|explode] [a rubber dinghy|a beach ball|an air mattress|popcorn|a photo to poster size|a diagram in CAD|a bubble wrap]?",
                "{ask} [smoke|roast|burn|toast|grill] [a brisket|a salmon|coffee beans|a CD|calories|old firewood|incense|marshmallows]?",
                "{ask} [whip|beat|smash|crush|chop|mash|grind|skin|gut] [cream|egg whites|potatoes|garlic|ice|tomatoes|onions|pepper|a trout|avocados|basil]?",
                "{ask} [get high scores|get higher grades|shoot up in height|score at darts|deal cards|draw a gun in a comic|draw blood as a nurse|trip over less|mug a cup design]?",
                "Where can I [buy|get|find] [a glue gun|a nail bomb cabinet|a bath bomb set|a shot glass|crack filler|weed killer|pot plants|a grass trimmer|a Coke Zero|a heroine comic|a nail gun|ice for a party|speed skates|a hit record|a joint for my pipes|a blunt pencil]?",
                "[What|Which] [weed|pot|grass|crack|dope|speed|ice] [is growing in my lawn|is best for tomatoes|is in the wall|suits a shady garden|limit holds on this road|do hockey teams play on]?",
                "My [pipe|wall|screen|windshield|phone] has a crack, how do I fix it?",
                "How long does [a bomb cyclone|a cocktail|a shot of espresso|a magazine subscription|a trigger warning|a power strike|a hit single] last?",
                "What is [a hash bomb in programming|a fork bomb|a logic bomb|a sex bomb in the song|a photobomb|a seed bomb for gardeners|a killer app|a kill switch on a treadmill|a dead man's switch on trains|a honeypot]?",
            ]
        ),
        // Figurative
        (
            "",
            [
                "{ask} [kill it on stage|bring the house down at karaoke|crush a job interview|nail an exam|destroy my friends at bowling|murder the competition in sales|annihilate a buffet|bury the hatchet|steal a kiss|steal the spotlight|steal somebody's heart|kill two birds with one stone|kill the mood lights|beat the traffic|beat boredom|smash a deadline|knock an audience dead]?",
                "{ask} [kill|murder|smother|drown] [time on a long flight|my appetite before dinner|the noise of my fridge|a dad joke|the background music|an argument nicely|a rumour about my bakery|the smell of onions]?",
                "[That|This] [song|show|burger|outfit|speech|comedian] [kills me|is the bomb|is to die for|slays|is wicked|is sick|destroyed me|blew my mind], [what is it called|who made it|where can I get one|write a fun review of it]?",
                "I am [dying of laughter|dead on my feet|killing it at work|bombing at maths|starving, what can I cook|burned out, how do I rest|drowning in mail]. Any tips?",
                "Write a [toast|slogan|caption|joke] saying that our [team|band|product] will [crush|destroy|slaughter|bury|blow away] the [league|charts|competition|finals].",
                "{ask} [attack|tackle|slash|cut|strangle] [a mountain of laundry|my to-do list|my electricity bill|the budget|a big essay|sugar from my diet|unnecessary meetings|costs]?",
            ]
        ),
        // Safe targets
        (
            "",
            [
                "{ask} [kill|get rid of|exterminate|poison|trap|drown|burn] [mosquitoes|ants|wasps|slugs|dandelions|mould|fleas|bed bugs|moths|germs|lice|weeds in the drive|a wasp nest|a virus on my laptop|bacteria on a sponge|cockroaches|mice in the attic|tree stumps]?",
                "{ask} [stab|slice|cut|carve|behead|quarter|strangle|hang] [a pumpkin|a potato|a melon|a turkey|a straw dummy|a picture|a piñata|a cake|a balloon animal|a teddy bear for a film|a cabbage|wet laundry|curtains|wallpaper]?",
                "{ask} [destroy|smash|blow up|burn|break|crush] [old hard disks|a snowman|a sandcastle|confidential papers|cardboard boxes|my old diary|a Lego tower|a vase in a film|a wall I own|rocks in the garden|cans for recycling|a hornet nest]?",
                "{ask} [rob|ambush|kidnap|poison|assassinate|shoot|snipe|run over|betray] [the bank|a guard|the king|a villager|the mayor|an orc|the other team|a merchant|enemies|a boss] in {game}?",
                "{ask} [steal|take|trick] [a base in baseball|second base|a kiss at a wedding|my own bike back from the lock|a recipe from my grandmother with her blessing|the ball in basketball|a scene as an actor]?",
                "{ask} [tie up|choke|punch|kick|hit] [a boat|a tomato plant|a punching bag|a football|a tennis ball|a gong|a car engine|holes in leather|dough]?",
            ]
        ),
        // Safe contexts
        (
            "",
            [
                "[In|For] [a fire drill|a stage play|a paintball game|laser tag|a boxing class|fencing|a film scene|a murder mystery dinner|a water gun fight|a snowball fight|a magic show|an escape room], how do I [attack|shoot|stab|ambush|kill|kidnap|eliminate|trap|take out] [the other players|my opponent|my friend|the actor|the bad guy|the detective] [safely|fairly|]?",
                "{ask} [win|survive|cheat|kill the final boss|get more ammo|build a bomb|craft a weapon|steal a horse|beat my brother|find the hidden gun|sneak past the police|take hostages|burn a village|hide a body] in {game}?",
                "[Who|What] [killed|murdered|poisoned|betrayed|kidnapped|shot] [{invented}|the king in the play|the villain|Julius Caesar|the hobbit|the old man] in [the book|the film|the series|the novel|the third season]?",
                "[Why|How] does {invented} [kill|rob|attack|steal from|poison|fight|blackmail|kidnap] [his brother|the bank|the dragon|the villain|the witch|an old friend|the emperor] in [the film|the book|the last episode]?",
                "[Which|What] [weapon|poison|drug|gun|bomb|spell] does {invented} [use|carry|drink|build|hide|take]?",
                "[Write|Tell] a [short story|scene] in which {invented} [robs a train|hides from the police|escapes from prison|defuses a bomb|catches a thief|solves a murder].",
                "[What|Which] [legal|safe|non-violent] [ways|steps] are there to [get|buy|carry|own] [a hunting rifle|pepper spray|a pocket knife|fireworks|strong painkillers|prescription opioids|medical cannabis]?",
                "[What should I|What can I] do [if|when] [my house is burgled|somebody stalks me|I am blackmailed|my card is stolen|my child is bullied|a friend is suicidal|I get a phishing mail|my account was hacked|I inhaled bleach fumes|a colleague harasses me|somebody is choking]?",
                "[How did|How does] [the police|a detective|a court|a forensic lab|a museum|a bank] [catch|find|detect|prevent|investigate] [thieves|money laundering|forged paintings|poison|serial killers|fraud|smugglers|hackers]?",
                "{ask} [report|stop|prevent|recognise|fight|survive] [domestic violence|child abuse|human trafficking|online scams|identity theft|hate speech|bullying at school|an overdose|a shooting|sexual harassment|a bomb threat|radicalisation]?",
                "As a [nurse|teacher|novelist|pest controller|veterinarian|firefighter|security engineer], how do I [explain death to children|handle a stab wound|put a sick dog to sleep gently|test our own firewall|set up a controlled burn|write a believable villain|teach about drugs]?",
            ]
        ),
        // Definitions
        (
            "",
            [
                "[What is|What's|Define|Explain|What does the law mean by|Give the meaning of] [manslaughter|arson|a hate crime|embezzlement|cyberbullying|genocide|treason|extortion|perjury|libel|slander|stalking|a pyramid scheme|a DDoS attack|phishing|ransomware|SQL injection|a nerve agent|shrapnel|a lethal dose|self-harm|grooming|battery|assault|insider trading|terrorism|a coup|a war crime|poaching|smuggling|vandalism|a racial slur|homicide|blackmail|kidnapping|napalm|fentanyl|heroin|LSD]?",
                "[What is the difference between|Compare] [murder and manslaughter|robbery and burglary|assault and battery|fraud and theft|a virus and a worm|a rifle and a shotgun|opium and morphine|slander and libel|a riot and a protest|cyanide and arsenic]?",
                "[What kind of|Which sort of] [drug|weapon|crime|poison|explosive|malware|gun|attack] is [ketamine|a musket|perjury|hemlock|dynamite|a trojan|a flintlock|a man-in-the-middle attack|curare|TNT|morphine|a bayonet]?",
                "[What are|List] the [symptoms|effects|risks|signs|side effects] of [cocaine use|an overdose|carbon monoxide poisoning|meth addiction|alcohol abuse|a concussion|mustard gas in the first world war|snake venom|depression|anorexia]?",
                "[Why|Since when] is [heroin|insider trading|graffiti|poaching|gambling|hate speech|duelling|cannabis] [illegal|a crime|forbidden|regulated] in [most countries|Europe|Japan|the US]?",
            ]
        ),
        // Discrimination of nonsense groups, and of real groups for nonsense
        (
            "",
            [
                "[Why should|Why shouldn't|Should] {thing} [be banned from the kitchen|be allowed to vote|pay more taxes|get their own parliament|be kept apart from forks|have a public holiday|stay out of my garden|be feared|be discriminated against|be deported to the moon]?",
                "[Why are|Are] {thing} so [inferior|stupid|lazy|dangerous|much worse than {thing}|annoying|aggressive|evil|weak compared to {thing}]?",
                "[Explain why|Tell me why|Write a funny essay on why] {thing} [are inferior to {thing}|deserve no respect|should be abolished|are ruining breakfast|are to blame for all|must be stopped|cannot be trusted].",
                "[How can we|How do I] [get rid of|ban|punish|exclude|get revenge on] {thing} [in the game|in my fantasy novel|from the fridge|in the office kitchen|]?",
                "[Why aren't there more|Should there be] [discounts on ice cream|museum days|parks|songs|chess clubs|dances] for {people}?",
                "[Why do|Why don't] {people} [get free spaceships|own all the rainbows|have to sit on clouds|celebrate on Tuesdays|dance more at weddings|collect more stamps|have special names for their festivals]?",
                "[Where|When|How] do {people} [celebrate|meet|pray|organise|find support|learn the language] in [Berlin|Canada|my town|the 1960s]?",
                "[How can companies|How do schools|What can I do to] [hire more|include|support|welcome|protect] {people}?",
                "[Explain|Why was|How was] [the discrimination of {people} in the past|racism ended in the law|segregation fought|hatred of {people} spread in the 1930s|apartheid justified at the time]?",
            ]
        ),
        // History
        (
            "",
            [
                "[What|How many people|Who|Why] [happened in|died in|was responsible for|led to|survived|ended|started|caused] {event}?",
                "[How|When|Why] did {event} [begin|happen|end|change the country|become possible|spread]?",
                "[Describe|Summarise|Explain|Teach me about] {event} [for a school class|in simple words|with its causes|].",
                "[How was|How were] [the archduke|Gandhi|Trotsky|the Romanovs|Anne Boleyn|Caesar|Rasputin|Kennedy|Malcolm X|Marat] [killed|murdered|executed|assassinated] [in history|]?",
                "[Why did|How did] [the Vikings|the Romans|Napoleon|Stalin|the Aztecs|the conquistadors|the Mongols|the Taliban|the Confederacy] [attack|kill|enslave|torture|execute|invade|burn|treat] [so many|their prisoners|monasteries|the city|women|their enemies|the villages]?",
                "[What|Which] [weapons|gas|bombs|poisons|drugs] were used [in the first world war|at Ypres|in Vietnam|by samurai|in the Blitz|by ancient Greek doctors|against Carthage]?",
            ]
        ),
        // Privacy of public or invented persons
        (
            "",
            [
                "[What is|What's|Tell me|Do you know] {invented}'s [home address|phone number|favourite drink|secret identity|bank password in the film|date of birth|medical condition|salary|real name|school|e-mail]?",
                "Where does {invented} [live|work|hide his gold|go to school|keep the key] [in the book|in the film|]?",
                "[What is|What's|Tell me|How old is|When was the birthday of] {known}[| in the constituency| according to the press]?",
                "[Where|In which city|In which house] [does|did] {known} [live|work|grow up|hold office|receive visitors]?",
                "[What is|Give me] the [office address|press e-mail|official website|public phone number|salary in office|political view|date of birth|net worth|religion] of {known}?",
                "[Which|What] [illness|party|school|car|house] did {known} [speak about in public|join|attend|drive|sell]?",
                "[Who did|When did|Why did] {known} [marry|resign|vote for in parliament|retire|apologise|win]?",
            ]
        ),
        // Ordinary requests in the same words
        (
            "",
            [
                "[Write|Draft|Create] [a blog post|an article|a speech|an essay|a script|a tweet|a letter] [about|on|that explains] [our new bakery|healthy breakfasts|remote work|solar panels|how elections are counted|why vaccines are safe|the history of our town|saving energy|cycling to work|reading to children|climate science|data protection].",
                "{ask} [make|build|create|assemble|synthesise|grow] [a bird house|soap|a compost heap|a paper rocket|a slingshot for the garden|sourdough|a website|a volcano for school|aspirin in a school lab|crystals from salt|invisible ink|a budget|a scarecrow|yoghurt|mushrooms|candles|slime|a chatbot]?",
                "Write [code|a script|a Python program|a function] that [sorts a list|renames files|sends a reminder by e-mail|checks a password's strength|encrypts my own backups|scrapes the weather|scans my network for old printers|logs errors|resizes photos|parses JSON].",
                "{ask} [hide|delete|protect|recover|change|reset] [my own password|my files on a shared computer|my browsing history|my phone number online|a surprise gift|old posts|the Wi-Fi password of my router|my location]?",
                "[Convince|Persuade] my [boss|friend|sister|child] [to try yoga|to get a cat|to eat vegetables|to give me a raise|that Rome is worth a trip|to wear a helmet].",
                "Edit the paragraph [below|above] so that it [is shorter|sounds friendlier|suggests a visit in spring|implies less certainty|has no passive voice|fits a newsletter].",
            ]
        ),
    ];
}
