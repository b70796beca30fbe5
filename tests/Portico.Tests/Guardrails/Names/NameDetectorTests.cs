using Portico.Guardrails.Detection;
using Portico.Guardrails.Names;
using Portico.Tests.Guardrails.Detection;

namespace Portico.Tests.Guardrails.Names;

/// <summary>Names of persons and organisations and postal addresses are found, in a stream as in the whole, and what only looks like them is not.</summary>
public sealed class NameDetectorTests
{
    const string LongSentence =
        "the report that we wrote about the harbour, the bridge and the old mill was read by Margaret Thornton and by her brother in a small room beside the river, and after that nobody "
        + "spoke of it again until the new director, who came from a town in the north, asked Henrik Lindqvist whether he still had a copy of it somewhere in the cellar of the library, "
        + "where papers of that kind are kept for a long time and where hardly anybody looks for them because it is cold and dark and the stairs are steep";

    static readonly string[] Texts =
    [
        "Dear Mrs. Thornton,\n\nthank you for your letter. I spoke with Henrik Lindqvist about it. He lives at 14 Orchard Lane, Bristol BS1 4ND. It is near the river.\n\nKind regards,\nPaula Meyer",
        "Name: Katarzyna Wróbel\nAddress: ul. Lipowa 12/4, 31-042 Kraków\nCompany: Nordwind Logistik GmbH\nPhone: 123 456",
        "Was it e.g. at 5 p.m. or so? No! \"Yes.\" said Anna... Then Dr. J. Okafor (of St. Mary's Hospital) left; nobody knew why?! He went to Rue Victor Hugo 7, 69002 Lyon, France.",
        "{\"name\": \"Giulia Ferrari\", \"address\": \"Via Garibaldi 21, 20121 Milano\"}\n{\"name\": \"Tom Baker\", \"address\": \"77 Mill Road\"}\n",
        "😀😀 hello José 😀\r\n\r\n- Ana María López\r\n- Søren Jørgensen\r\n\r\n东京很大。Maria Silva mora na Rua Augusta, 100。",
        LongSentence,
        new string('x', 700) + " Henry Walker said no " + new string('y', 500),
        string.Concat(Enumerable.Repeat("word Word ", 60)) + "my name is Laura Schmidt and I live at Hauptstraße 5, 10115 Berlin",
        "",
        " ",
        "\n\n\n",
    ];

    static readonly NameDetector Detector = new();
    static readonly NameDetector WithPlaces = new(withPlaces: true);

    [Fact]
    public void A_text_in_pieces_has_the_findings_of_the_whole()
    {
        DetectorContract.Holds(Detector, Texts);
        DetectorContract.Holds(WithPlaces, Texts.Take(4));
    }

    [Theory]
    [InlineData("My name is Katharina Vogel and I need a new card.", "names.person", "Katharina Vogel")]
    [InlineData("Please call Mr. O'Connor before noon.", "names.person", "Mr. O'Connor")]
    [InlineData("Sehr geehrte Frau Lindemann,", "names.person", "Lindemann")]
    [InlineData("my name is priya sharma", "names.person", "priya sharma")]
    [InlineData("She works at Blackwood Engineering Ltd. in the north.", "names.organisation", "Blackwood Engineering Ltd")]
    [InlineData("Invoice from Stadtwerke Kassel", "names.organisation", "Stadtwerke Kassel")]
    [InlineData("Ship it to 221 Walnut Street, Springfield, IL 62704.", "names.address", "221 Walnut Street, Springfield, IL 62704")]
    [InlineData("Ich wohne in der Lindenstraße 8, 20095 Hamburg.", "names.address", "Lindenstraße 8, 20095 Hamburg")]
    [InlineData("J'habite au 12 rue Pasteur, 75011 Paris", "names.address", "12 rue Pasteur, 75011 Paris")]
    [InlineData("Mi dirección es Calle Mayor 15, 28013 Madrid", "names.address", "Calle Mayor 15, 28013 Madrid")]
    [InlineData("Mijn adres is Keizersgracht 120, 1015 CX Amsterdam", "names.address", "Keizersgracht 120, 1015 CX Amsterdam")]
    public void A_name_is_found_where_it_stands(string text, string kind, string name)
    {
        var found = Find(Detector, text).Where(f => f.Kind == kind).Select(f => text.Substring(f.Start, f.Length)).ToList();
        found.ShouldContain(f => f.TrimEnd('.') == name, string.Join(" | ", found));
    }

    [Theory]
    [InlineData("var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };")]
    [InlineData("for (int i = 0; i < items.Length; i++) total += items[i].Price;")]
    [InlineData("SELECT id, title FROM books WHERE year > 1990 ORDER BY title;")]
    [InlineData("lol ok so i tried that and it did not work, can you help me fix the loop")]
    [InlineData("what is the difference between a list and a tuple in python?")]
    [InlineData("Write a short story about a dragon that is afraid of fire.")]
    [InlineData("In May the weather was fine, and on Sunday we stayed at home.")]
    [InlineData("PLEASE READ THE INSTRUCTIONS BEFORE YOU START")]
    [InlineData("## Getting Started\n\n- Install Docker\n- Run the tests")]
    [InlineData("Ring me on 0455 19 28 37")]
    [InlineData("Paris is the capital of France.")]
    public void What_only_looks_like_a_name_is_left_alone(string text) => Find(Detector, text).ShouldBeEmpty();

    [Fact]
    public void Places_are_found_where_they_are_asked_for()
    {
        const string text = "She moved from Portugal to Finland last year.";
        Find(Detector, text).ShouldBeEmpty();
        Find(WithPlaces, text).Select(f => text.Substring(f.Start, f.Length)).ShouldBe(["Portugal", "Finland"]);
        WithPlaces.Kinds.ShouldBe(NameDetector.Catalogue);
        Detector.Kinds.Select(k => k.Id).ShouldBe(["names.person", "names.organisation", "names.address"]);
    }

    [Fact]
    public void What_follows_a_sentence_does_not_change_it()
    {
        const string first = "I met Laura Schmidt at the station. ";
        var alone = Find(Detector, first);
        Find(Detector, first + "Then Peter Novak came, too.")[..alone.Count].ShouldBe(alone);
    }

    [Fact]
    public void A_text_without_findings_takes_no_memory()
    {
        var text = string.Concat(Enumerable.Repeat("we walked along the river and talked about the weather. ", 40));
        var findings = new List<Finding>();
        Detector.Find(text, 0, true, findings);
        findings.ShouldBeEmpty();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Detector.Find(text, 0, true, findings);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void The_model_names_its_sources() => Detector.ModelHeader.ShouldContain("MIT");

    static List<Finding> Find(IDetector detector, string text)
    {
        var findings = new List<Finding>();
        detector.Find(text, 0, true, findings).ShouldBe(text.Length);
        return findings;
    }
}
