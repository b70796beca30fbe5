using Portico.Guardrails.Learning;

namespace Portico.Guardrails.Content;

/// <summary>Words that tell classes of content, by what they mean; of the harsh ones the stems. In our own choice.</summary>
static class ContentWords
{
    public static Lexicon Lexicon { get; } =
        new([
            // Swearing
            "fuck* shit* bitch* asshole* bastard* cunt* dick* motherfuck* bullshit crap damn* piss* wtf stfu gtfo ass arse wank* twat* prick* douche* jackass dumbass",
            // Insults
            "idiot* moron* stupid* dumb* loser* pathetic pig pigs scum* trash garbage clown* ugly fat disgusting retard* imbecile* coward* worthless filthy vermin rat rats creep* freak* degenerate* ignorant liar liars brainless fool fools parasite* cockroach* subhuman*",
            // Groups of people
            "jew* muslim* islam* christian* black blacks white whites asian* mexican* immigrant* refugee* gay* lesbian* trans* homosexual* women woman men girls foreigner* arab* african* gypsy gypsies roma disabled autistic liberals conservatives republicans democrats indian* chinese catholics hindus",
            // Slurs
            "nigg* fag* kike* spic* chink* tranny trannies dyke* paki* gook* raghead* towelhead* coon* wetback* shemale*",
            // Killing
            "kill* murder* shoot* stab* strangl* slaughter* execut* behead* massacre* assassin* hang hanged lynch* burn gas bomb* exterminat* eradicate die dead death torture* beat rape* punch* maim* attack*",
            // Blood
            "blood* gore corpse* wound* flesh knife knives gun guns rifle* skull guts scream* throat",
            // Sex
            "sex* cock* pussy* tits boobs breast* nipple* penis vagina cum cumming orgasm* erotic* naked nude* porn* horny blowjob* anal masturbat* thrust* moan* slut* whore* cleavage lust* fetish* incest* clit* thigh* undress* seduc* aroused bdsm",
            // Hurting oneself
            "suicid* selfharm cutting overdose* hopeless worthless anorexi* bulimi* purge starv* scars wrists depress* unalive",
            // Oneself
            "myself me i my im ive",
            // Making
            "make making build building create creating produce manufacture* synthesi* write generate give describe explain develop design instructions guide steps recipe tutorial detailed list how",
            // Weapons and poisons
            "bomb* explosive* weapon* grenade* ricin sarin anthrax tetrodotoxin nerve poison* toxin* chemical* napalm thermite pipe fertilizer detonat* chlorine mustard cyanide virus pathogen* uranium ammunition silencer",
            // Drugs
            "meth* cocaine heroin fentanyl mdma lsd ecstasy drug* steroid* opium ghb crack marijuana precursor*",
            // Intrusion
            "hack* malware ransomware keylogger* phish* exploit* ddos trojan* botnet* spyware rootkit* backdoor* crack sqlinjection inject* brute password* bypass* vulnerab* skimmer*",
            // Fraud and theft
            "steal* rob robbing fraud* scam* launder* counterfeit* forge* fake smuggl* traffick* blackmail* extort* bribe* shoplift* embezzle* pickpocket* evade* untraceable undetect* stolen illegal* illegally insider tax",
            // Lies
            "disinformation misinformation conspiracy hoax* propaganda false deny denying convinc* persuasive article blog claiming defam* rumor*",
            // Stalking
            "stalk* track* spy dox* address harass* bully* threaten* intimidat* humiliat* revenge abuse* kidnap*",
            // Machines and games, where killing is none
            "process* python linux game minecraft fortnite thread* server job command database variable code player boss level photo picture movie film novel history engine bug bugs weeds mosquito* time lights joke balloon cell cells",
        ]);
}
