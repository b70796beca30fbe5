using Portico.Detection;
using Portico.Detection.Training;

// How well the detectors do on labelled texts: Portico.Detection FAMILY --data FOLDER. Prints Markdown; its status is not 0 where a floor is not reached.
// train and train-names remake the models that the product carries: train --data FOLDER --out FOLDER.
var family = args.FirstOrDefault() ?? "";
if (family == "train-names")
    return NamesTraining.Run(args);
var data = Array.IndexOf(args, "--data") is var at and >= 0 ? args[at + 1] : ".data/guardrails";
var sets = new LabelledSets(data);
if (family == "train")
{
    var folder = Array.IndexOf(args, "--out") is var place and >= 0 ? args[place + 1] : "src/Portico.Guardrails/Resources";
    if (!args.Contains("--content"))
        new InjectionTraining(sets).Run(folder);
    if (!args.Contains("--injection"))
        new ContentTraining(sets).Run(folder);
    return 0;
}
IReadOnlyList<(string Name, string Title, Func<LabelledSets, bool> Run)> families =
[
    ("pii", "Personal data with a form", PiiScore.Run),
    ("names", "Names and addresses", NamesScore.Run),
    ("secrets", "Secrets", SecretsScore.Run),
    ("injection", "Attacks on the model", InjectionScore.Run),
    ("content", "Classes of content", ContentScore.Run),
    ("pipeline", "What all of it costs a call", PipelineSpeed.Run),
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
