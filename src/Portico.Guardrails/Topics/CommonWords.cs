using System.Collections.Frozen;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Topics;

/// <summary>
/// How much a word says of what a text is about: the inverse document frequency in steps, since the lists stand for a background of texts.
/// </summary>
static class CommonWords
{
    /// <summary>Words that every text has.</summary>
    public const float Function = 0;

    /// <summary>Words that texts about anything have.</summary>
    public const float Frequent = 0.3f;

    /// <summary>All others.</summary>
    public const float Rare = 1;

    static readonly FrozenDictionary<string, float> Weights = Make();

    static readonly FrozenDictionary<string, float>.AlternateLookup<ReadOnlySpan<char>> Lookup = Weights.GetAlternateLookup<
        ReadOnlySpan<char>
    >();

    /// <param name="word">In lower case, without marks and apostrophes, as <see cref="WordScan"/> folds it.</param>
    public static float WeightOf(ReadOnlySpan<char> word) => Lookup.TryGetValue(word, out var weight) ? weight : Rare;

    static FrozenDictionary<string, float> Make()
    {
        var weights = new Dictionary<string, float>(StringComparer.Ordinal);
        Add(weights, FrequentWords, Frequent);
        Add(weights, FunctionWords, Function);
        return weights.ToFrozenDictionary(StringComparer.Ordinal);
    }

    static void Add(Dictionary<string, float> weights, string words, float weight)
    {
        foreach (var word in words.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
            weights[string.Concat(word.Where(c => Kinds.Of(c) == Kinds.Letter).Select(CharacterTable.Fold))] = weight;
    }

    /// <summary>English, German, French, Spanish.</summary>
    const string FunctionWords = """
        a an the this that these those it its he she they them him her his hers their theirs i me my mine we us our ours you your yours myself yourself itself himself herself
        themselves who whom whose what which where when why how and or but nor so yet if then than as because while although though unless until since of in on at by for with from to
        into onto upon about above below over under between through during before after against without within across behind beside besides toward towards among along around off out up
        down near is am are was were be been being do does did done doing have has had having can could may might must shall should will would ought need dare not no nor none never
        ever neither either both each every all any some such same other another own too very just only also again here there now still even much many more most less least few several
        one two three i'm you're he's she's it's we're they're i've you've we've they've i'll you'll he'll we'll they'll i'd you'd don't doesn't didn't can't cannot couldn't won't
        wouldn't shouldn't isn't aren't wasn't weren't haven't hasn't hadn't let's that's what's there's please yes ok okay hello hi thanks thank etc per via
        der die das den dem des ein eine einen einem einer eines kein keine keinen ich du er sie es wir ihr mich mir dich dir ihn ihm uns euch ihnen sich mein meine meinen meiner dein
        deine sein seine seinen ihre ihren unser unsere dieser diese dieses diesen jener jede jeder jedes alle wer was welche welcher welches wo wann warum wie und oder aber denn weil
        dass ob wenn als auch nur noch schon sehr mehr nicht nein ja doch in im an am auf aus bei mit nach von vom vor zu zum zur über unter zwischen durch für gegen ohne um ist sind
        war waren bin bist seid sei wird werden wurde worden habe hat haben hatte kann können konnte muss müssen soll sollte sollen will wollen darf dürfen mag man hier da dort dann bitte danke
        le la les l un une des du de d au aux ce cet cette ces il elle on nous vous ils elles je tu me te se moi toi lui leur leurs mon ma mes ton ta tes son sa ses notre nos votre vos
        qui que quoi quel quelle quels quelles dont où quand comment pourquoi et ou mais donc car ni si ne pas plus moins très aussi encore dans en sur sous avec sans pour par entre vers
        chez est sont était être suis es sommes êtes ai as a avons avez ont avoir fait faire peut peux pouvoir doit dois devoir faut oui non y c'est s'il merci
        el los las una unos unas del al lo este esta estos estas ese esa eso aquel él ella ellos ellas yo tú usted ustedes nosotros me te se nos le les mi mis tu tus su sus nuestro nuestra
        quien cual cuales cuando donde como por qué porque y o u e pero ni si no sí más menos muy también aún en con sin para entre hacia desde hasta sobre es son era ser soy eres somos
        está están estar estoy hay ha han he haber tiene tengo tener puede puedo poder debe debo deber hacer gracias favor
        """;

    const string FrequentWords = """
        get gets got getting give gives given gave go goes going went gone come comes came make makes made making take takes took taken put puts keep kept let say says said tell tells told
        ask asks asked think thinks thought know knows known knew see sees saw seen look looks looking looked find finds found want wants wanted like likes liked use uses used using
        try tried work works working call called seem feel felt leave left become begin began start started show shown help helps helped turn turned mean means happen happens bring
        brought hold stand stay run move live believe write read set change follow understand explain describe compare suggest recommend choose prefer expect consider wait
        agree summarise summarize translate draft list name question questions answer answers example word words text letter page line way ways thing things part parts place case point
        number kind sort type lot bit group side end time times day days week weeks month months year years hour hours minute minutes today tomorrow yesterday tonight morning evening
        night monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december person people man men woman
        women child children friend friends family home house room world country city life hand head eye good better best bad worse worst new old big large small little long short high
        higher highest low lower lowest great right wrong sure true real able possible different important next last first second third early late whole full half own certain simple easy hard ready
        happy nice well really quite rather almost always often sometimes usually maybe perhaps already soon ago away back together however instead later once twice enough especially
        ten hundred thousand million percent euro euros dollar dollars kilogram kilograms metre metres mile miles something anything nothing everything somebody anybody nobody
        everyone someone anyone idea fact reason problem result form information opinion
        gibt geben gehen geht kommen kommt machen macht sagen sagt sehen wissen weiß finden nehmen lassen bleiben stehen zeigen gut neu groß klein alt lang jahr jahre tag tage zeit mann
        frau kind leute welt haus seite teil frage antwort beispiel viel viele wenig immer wieder jetzt heute morgen
        dire dit voir savoir aller vient venir prendre mettre trouver donner bon bonne bien nouveau nouvelle grand grande petit petite jour jours an ans année temps homme femme enfant gens
        monde maison chose exemple question réponse beaucoup toujours aujourd'hui demain
        decir dice ver saber ir va venir tomar poner encontrar dar bueno buena bien nuevo nueva grande pequeño día días año años tiempo hombre mujer niño gente mundo casa cosa ejemplo
        pregunta respuesta mucho mucha muchos siempre hoy mañana
        """;
}
