using Portico.Detection;

// How well the detectors do on labelled texts: Portico.Detection FAMILY --data FOLDER. Prints Markdown; its status is not 0 where a floor is not reached.
var family = args.FirstOrDefault() ?? "";
var data = Array.IndexOf(args, "--data") is var at and >= 0 ? args[at + 1] : ".data/guardrails";
var sets = new LabelledSets(data);
IReadOnlyList<(string Name, Func<LabelledSets, bool> Run)> families = [("secrets", SecretsScore.Run), ("pii", PiiScore.Run)];
var asked = families.Where(f => family is "" or "all" || f.Name == family).ToList();
if (asked.Count == 0)
{
    Console.Error.WriteLine($"No family is called '{family}'. There are: {string.Join(", ", families.Select(f => f.Name))}.");
    return 2;
}
return asked.Select(f => f.Run(sets)).ToList().All(good => good) ? 0 : 1;
