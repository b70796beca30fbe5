namespace Portico.Guardrails.Names.Lists;

/// <summary>More words that name nobody: what people write to a model about; from general knowledge, a blank between two.</summary>
static class MoreWordLists
{
    public const string English = """
        abandon abstract absurd academic accent access accessible accessory accommodate accomplish according accurate accuse achieve acid acoustic acquire adapt adequate adjacent
        adjust administration admire admit adopt advance advantage adventure advertise advocate aerial aesthetic affair affordable agenda aggressive agriculture aid aim airport
        alarm album alert algebra algorithm alien align allergy alliance allocate alphabet alter alternative altitude aluminum amateur ambient ambiguous ambition ambulance amend
        ammunition analog anatomy ancestor anchor angle animate ankle anniversary annotate annual anonymous antenna anthem anticipate antique anxiety anxious apartment apologize
        apparatus apparent appeal appendix appetite applause applicable appoint appraisal appreciate approximate aquarium arbitrary archaeology archive arctic arena aroma arrest
        arrow artificial ascend ash aside aspect asphalt assault assemble assert assess asset assign assist associate assumption asteroid athlete atlas atmosphere atom attach
        attain attitude attorney attract attribute auction audio audit authentic authorize autobiography automate automatic automobile avatar avocado await awake award awkward
        axis backdrop background backpack backup bacteria badge baggage bake balcony ballet balloon bamboo banana bandwidth banner banquet barely bark barn barrier baseball
        basement basket basketball bath bathroom battery bay beam beard beast bedroom beef beer bench bend beneath berry bet beverage bias bibliography bicycle bike bind
        biography biology biopsy biscuit bite bitter bizarre blade blame blank blanket blast blazer bleed blend bless blind blink blossom blouse blow blueprint blur boast bolt
        bomb bond bone bonus boost boot border borrow botany bother bounce bound boundary bowl bracelet bracket brainstorm brand breach breathe breed breeze brick broadcast broad
        brochure brush bubble bucket buddy buffer bug bulb bulk bullet bundle burden burn burst bury bush butterfly button buzz cabin cabinet cable cactus calculate calendar
        calorie camp campaign candidate candle candy cannon canvas capable capacity captain capture carbon cardboard cargo carpet carrot cart cartoon carve casual casualty
        catalog catastrophe cathedral cattle caution cave ceiling celebrate celebrity cereal ceremony champion chaos charity chart chase chat cheat cheek cheer chef chemical
        chemistry cherish chess chest chill chin chip chocolate chord chorus chronic chronicle cigarette cinema cinematic circle circuit circumstance cite citizen civilization
        clarify clarity clash classic classify classroom clause clay click cliff clinical clip clock clone closet cloth cluster coach coal coast coat coconut coherent coin
        coincidence collaborate collaborative collapse collar colleague collective college collision colony column combat combine comedy comic command commerce commercial
        commission commit committee commodity communication companion comparison compass compatible compel compensate competent compile complement compliance complicated
        compliment comply component compose composition compound comprehensive compress compromise compute conceal concentrate concert conclude conclusion concrete conduct
        confess confidence confidential configure confront confuse confusion congress connection conquer conscience conscious consensus consent consequence conservation
        conservative consistent console constant constraint consult consume consumer container contemporary contend continent continuous contrary contrast contribute
        controversial convenient convention convert convey convince cookie coordinate cope copper copyright coral core corn correlation correspond corridor corrupt costume
        cottage cotton couch council counsel counter courtyard cousin coverage cow cowboy crack craft crash crawl crazy cream creature credentials creed creek crew cricket
        criminal crisp criterion critique crop crucial crude cruel cruise crush crust crystal cube cuisine cultivate cure curiosity currency curriculum curse curtain curve
        cushion cyber cycle cynical dash dashboard dataset dawn deadline deaf dealer debut decay deceive decent declare decline decorate dedicate deduct deed default defeat
        defect deficit deliberate delicate delight demographic demon demonstrate denim dense dental deploy deposit depress depth deputy derive descend descriptive desk despair
        desperate despite dessert destination destroy detach detect deteriorate devastate device devote diagnose diagram dialect diameter diamond diary dictate diet digest
        digital dignity dilemma dim dimension diminish dine dip diploma diplomat disability disadvantage disagree disappear disaster discipline disclose discount discourage
        discrete discrimination disguise dismiss disorder display dispose dispute disrupt dissolve distinct distinguish distort distract distribute district disturb dive diverse
        divide divine divorce dock doctrine documentary domain domestic dominate donate donor dose dot drag drain dramatic drawer drift drill drought drown drug drum dull dump
        durable duration dwell dynamic eager eagle ear eastern echo eclipse ecology ecosystem edible edition editor educate elaborate elastic elbow elder elegant elephant
        elevate eligible eliminate elite embarrass embed embrace emerge emergency emission emotion empathy emphasis emphasize employ employee enable encounter encrypt
        endless endorse endure enforce engine engineer enhance enlighten enormous ensemble enterprise entertain enthusiasm entity entrance entrepreneur envelope envy epic
        episode equation equator equip equity era error erupt essence essential estate estimate eternal ethics ethnic evaluate eventual evident evolve exaggerate exam exceed
        exception excess exchange exclude exclusive excuse execute exempt exhaust exhibit exile exotic expand expansion expedition expense expertise expire explicit explode
        exploit export expose exposure extend extension extent external extinct extract extraordinary fabric facade facial facilitate facility faction factory faculty fade faint
        fairy fame fare farewell fascinate fashion fasten fatigue fault favor feast feather federal fee feedback fence fertile festival fever fiber fiction fierce filter finance
        finger finite firework fiscal fitness flame flash flavor flaw flee fleet flesh flexible float flock flood flour fluent fluid flush foam fog fold folk folklore footage
        footer forbid forecast forehead foreground forge fork format formula forth fortune forum fossil foster foul foundation fraction fragile fragment fragrance franchise frantic
        fraud freelance freeze frequency frequent friction frog frontier frost frozen fruitful frustrate fuel fulfill fundamental funeral fur furnish furniture fuse fusion gadget
        galaxy gallery gang gap garage garbage garlic garment gate gather gauge gaze gear gem gender gene generic generous genetic genius genre genuine geography geology geometry
        gesture giant giraffe glacier glance glare glimpse glitch glory glossary glove glow glue goat golf gorgeous gossip govern gown grab gracious gradient gradual graduate
        grain grammar grandfather grandmother grant grape graph graphic grasp grass gravel greedy greet grid grief grill grip grocery gross guarantee guardian guidance guideline
        guild guitar gum gut gym habit habitat haircut hallway halt hammer handbook handful handsome harassment harbor hardware harm harmful harmony harness harsh harvest haste
        haunt hazard headline heal heap heaven hedge heel height helicopter helmet herb herd heritage hesitate hierarchy highlight hike hint hire historic hobby hollow
        holy homework honey honor hook horizon hormone horn horse host hostage hostile household hub hug humanity humble humid hunger hunt hybrid hydrogen hygiene hypothesis
        icon ideal identical identity ideology idiom illegal illness illusion illustrate imagery imitate immediate immense immigrant immune implement implication imply import
        impose impress impulse inch incident incline incorporate index indicate indigenous indoor induce inevitable infant infect infinite inflation infrastructure ingredient
        inhabit inherit initial initiative inject injury ink inner innocent innovate innovation input inquiry insect insert insight insist inspect inspire install instance
        instant instinct institution instruct instrument insult intact intake integer integrate integrity intellectual intend intense intent interact interactive interfere
        interior intermediate internal interpret interrupt interval intervene intimate intrigue intuition invade invent inventory invest invisible iron irony irrigate isolate
        ivory jacket jail jar jaw jazz jeans jelly jewel journal journalist juice jungle junior jury justify keen keyboard keyword kick kidney kilometer kiss kit kite knee kneel
        knife knit knock knot label labor lack ladder lag lamb lamp landmark landscape laptop laser latitude launch laundry lava lawn lawsuit layer layout leaf leaflet league
        leak lean leap leash leather lecture legacy legend legislation leisure lemon lend length lens leopard liability liberal liberty library license lid lift lighting
        limb limitation linear linen lingo linguistic lion lip liquid literal literary litter liver lizard load loan lobby locate lock lodge logo loop loose lottery lounge loud
        lover lower lump lung luxury lyrics macro mainstream makeup mammal mandate mankind manner mansion manual manuscript marathon marble margin marine marketing mask
        mathematics mattress mature maximum mayor maze meadow meaningful meantime mechanic mechanism medal media mediate medieval medium melody melt memo memorable mentor
        merchant mercy merge merit mess metadata metaphor meter method metric microphone microscope migrate mild mill mineral minimal minimize minimum minister minor minority
        miracle misery mislead missile mist mobile moderate modify module moisture molecule monitor monkey monologue monument mortgage mosque motif motion motivate motive motor
        motto mount mouse multiple multiply municipal muscle museum mushroom musician mutual myth mythology naive naked narrate narrator narrow nasty navigate neat neck needle
        neglect negotiate neighborhood nerve nest net neural neuron neutral newsletter nickname nightmare nod node nominate norm nose notable notebook notify notion noun nuclear
        numb numerous nurture nut nutrition oak oath obey objective obligation obscure obstacle obtain occasion occupy odd offend offense offline omit onion online onset opaque
        opera opponent oppose optical optics optimal optimist optimize oral orbit orchestra ordeal organ organic organism organize orient origami orphan outcome outdoor outer
        outfit outlet outline outlook outrage outstanding oval oven overall overcome overlap overlook overnight oversee overview overwhelm owe owl oxygen pace pack package paddle
        palace palm pan panel panic pants parade paradox parallel paraphrase parody parrot participate particle passion passive password pasta paste pastor patch patent pause
        pave payload peak peanut peasant pedestrian peel peer penalty penguin pension pepper percent perception percussion permanent permit perpetual persist persona
        perspective persuade pesticide pet phase phenomenon philosophy photography phrase physician physics pillar pillow pin pinch pine pink pioneer pipe pipeline pit pitch pixel
        placeholder plague plain plastic plate platform plausible player plea pleasant plenty plug plunge plural pocket podcast poet poison polar polish polite poll pollute pond
        pony pool porch portable portfolio portion portrait portray pose poster pottery pour poverty powder practical pray preach precede precious precise predator predict
        prefer prefix pregnant prejudice preliminary premise premium prescribe presence preserve presidency prestige presume prevail preview previous prey priest primary prime
        primitive principal principle print priority privacy privilege proactive probe proceed process procure prodigy productive profile profound progress prohibit prologue
        prominent prompt prone pronoun pronounce prop propaganda prophet proportion propose prose prosecute prospect prosper protagonist protein protest protocol prototype
        provoke proxy psychological public publish pudding pulse pumpkin punch punctuation punish pupil purchase pure purple pursue puzzle pyramid quantity quarrel quest
        questionnaire queue quilt quit quiz quota rabbit rack radar radical rail rally random rank rapid rare rating ratio rational raw ray razor realistic realm rear rebel
        rebellious recall receipt reckon recipient recite recover recruit recur recycle reddish reduction refine reform refrain refuge refugee refund refuse regard regime
        regulate rehearse reign reinforce reject relative release relevant reliable relief reluctant rely remark remarkable remedy reminiscent remote render renew renovate
        repeat represent reptile republic reputation rescue resemble resent reserve reside resign resist resolve resort resource responsibility responsible responsive restore
        restrict resume retail retain retire retreat retrieve retro revenge revenue reverse revise revive reward rhetoric rhythm ribbon rice riddle ridiculous rifle rigid rigorous
        riot ripe ritual rival roast rob robust rocket rod romance roof root rope rotate rotten rough routine row royal rub rubber rubric rude rug ruin rural rust sacred
        sacrifice saddle sail salad salary sanction sandwich sarcasm satellite satire satisfy sauce sausage savage scan scandal scarce scarf scatter scenario scenery schedule
        scholar scholarship scissors scope scratch scream script scroll sculpture seal seam seasonal secondary sector secure seed segment seize select self semester semicolon
        seminar senate senior sensation sensitive sensor sentiment sequel sequence serial sermon session setting settle severe sew shade shallow shame sharpen shed sheep sheet
        shelf shell shelter shield shift shine shipment shoot shore shorts shoulder shout shrink shuffle shut sibling sidebar siege sigh silhouette silk simulate simultaneous
        sincere singular sink skeleton skeptical sketch skim skip skirt skull slang slave sleeve slice slide slight slim slip slogan slope slot slow smash smog snack snake snap
        snapshot soap sober soccer sociology sock sofa solar sole solitude solo sophisticated sore spacecraft spam span spare spark spatial specialist species specify spectacle
        spectrum speculate sphere spice spider spill spin spine spiral spite splash split spoil sponsor spontaneous spoon spouse spray spreadsheet squad squeeze stab stable stack
        stadium staff stain stairs stake stale stall stamp stare startup starve static statistics statue status steady steak steam steel steep stem stereotype stick stiff
        stimulate sting stir stitch stomach storage stove strain strand strap straw streak strength stretch strict string strip stripe stroke stroll structural stubborn studio
        stuff stumble stunning submit subordinate subscribe subsequent subset subsidy substance substitute subtle suburb succeed successful sue sufficient suicide suitable
        suite sum summit summon superb superficial superhero superior supernatural supervise supplement supplier supply supreme surface surgery surplus surrender survey suspect
        suspend sustain swallow swamp swap swear sweat sweep swell swing sword syllable symbolic symmetry sympathy symphony symptom syndrome synonym syntax synthesis syrup tablet
        tackle tactic tag tail tailor tale tangible tank tap tape tattoo teenager telescope temple temporary tempt tenant tender tennis tense tension tent terminal terminate
        terrain terrify territory terror testament testify textbook texture theatrical thermal thesis thief thorough thread thrill thrive throat throne throughout thumb thunder
        tide tidy tiger tile timber timeline timid tissue toast tobacco toddler toilet tolerate tomato tone tongue tooth topic torch torture toss tourist tournament tower toxic
        trace trail trait transaction transcript transform transit transition transmit transparent transport trap trash trauma treasure treaty tremendous trend tribe tribute
        trigger trilogy trim trivia troop tropical truck trumpet trunk tube tuition tunnel turbine turtle tutor tutorial twin twist typography tyrant umbrella unanimous uncle
        underline undergo undermine uniform unify union unity universal unprecedented unusual upcoming upgrade uphold upper upset urban urge urgent usability utility utter
        vaccine vacuum vague valid validate valley valuable van vanish vapor variable variant vary vast vault vector vegan vegetable vegetarian vehicle vein velocity vendor
        venture verb verdict verify versatile verse vertical vessel veteran via vibrant vicious viewpoint villager vintage violate violin virtual virtue visible vital vivid
        vocabulary vocal volcano volume volunteer vow voyage vulnerable wage wander warehouse warfare warrant warrior wealth weave web weed weep weigh whale wheat wheel whip
        whisper whistle wholesale wicked widow width wilderness willing wing wipe wire wireframe wireless wolf wool workflow workout workshop worm worship wrap wrist yard yarn
        yell yellow yield yoga youth zebra zone zoom
        ok okay ps pps eg ie etc faq asap aka tbd todo diy ceo cto cfo hr pr seo ui ux ai ml nlp llm llms gpt chatgpt saas crm erp kpi okr roi b2b b2c gdpr nda pdf jpg png gif
        youtube instagram tiktok whatsapp telegram reddit wikipedia netflix iphone ipad kindle playstation xbox pokemon minecraft roblox fortnite tetris monopoly scrabble chess
        emoji meme selfie hashtag influencer podcast vlog blog cosplay anime manga
        subheading heading subtitle paragraph bullet footnote caption abstract introduction conclusion acknowledgements references appendix glossary overview background
        """;
}
