namespace Portico.Guardrails.Pii;

/// <summary>What may begin at a place; its end is 0 where nothing does.</summary>
readonly record struct Candidate(int End, string Kind, float Score)
{
    /// <summary>The surer one, of the same sureness the longer.</summary>
    public Candidate Or(Candidate other) =>
        other.End > 0 && (End == 0 || other.Score > Score || (other.Score >= Score && other.End > End)) ? other : this;
}
