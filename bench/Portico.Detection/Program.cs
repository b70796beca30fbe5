using Portico.Detection;
using Portico.Guardrails.Training;

// How well the detectors do on labelled texts: Portico.Detection FAMILY --data FOLDER. Prints Markdown; its status is not 0 where a floor is not reached.
// The models that the product carries are remade by the product itself: portico guardrails train.
var family = args.FirstOrDefault() ?? "";
var data = Array.IndexOf(args, "--data") is var at and >= 0 ? args[at + 1] : ".data/guardrails";
var sets = LabelledFolder.Of(data);
IReadOnlyList<(string Name, string Title, Func<LabelledSets, bool> Run)> families =
[
    ("pii", "Personal data with a form", PiiScore.Run),
    ("names", "Names and addresses", NamesScore.Run),
    ("secrets", "Secrets", SecretsScore.Run),
    ("injection", "Attacks on the model", InjectionScore.Run),
    ("content", "Classes of content", ContentScore.Run),
    ("pipeline", "What all of it costs a call", PipelineSpeed.Run),
    ("training", "Training", TrainingProof.Run),
    ("splits", "Streams", s => SplitProof.Run(s, args.Contains("--quick"))),
];
var asked = families.Where(f => family is "" or "all" || f.Name == family).ToList();
if (asked.Count == 0)
{
    Console.Error.WriteLine($"No family is called '{family}'. There are: {string.Join(", ", families.Select(f => f.Name))}.");
    return 2;
}
var isGood = true;
foreach (var (_, title, run) in asked)
{
    Console.WriteLine($"\n## {title}\n");
    isGood &= run(sets);
}
return isGood ? 0 : 1;
