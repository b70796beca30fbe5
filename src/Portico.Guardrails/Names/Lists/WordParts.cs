namespace Portico.Guardrails.Names.Lists;

/// <summary>What words and sentences are put together from; from general knowledge. What stands more than once comes up more often.</summary>
static class WordParts
{
    public const string Beginnings = """
        un re over non multi sub inter pre mis under out anti co micro self- well-
        """;

    public const string Ends = """
        s s s ing ing ing ed ed ed er ers ly ly ness able tion tions al ive ment ments ist ism ity ful less ous ish ize ization ical
        ology ance ence ship ward like y -based -free -related -up 's n't
        """;

    public const string Small = """
        the the the of and to in a is that for it with as was on are be this by you your I my we an or from not have will can their
        at which but who has they about when what how should if its our
        """;

    public const string Starts = """
        The A This I You We They It There When If In What How Please My Your Write Create Make Give Explain As For After Before
        However Also Then Do Can Why Use Add Provide Include Ensure Consider Let He She
        """;

    public const string Mime = """
        example.com mail.example corp.example example.org post.example
        """;
}
