using Microsoft.Extensions.DependencyInjection;
using Portico.Governance.Forensics.Subjects;

namespace Portico.Gateway.Subjects;

/// <summary>What of this module may be somebody's.</summary>
static class SubjectClasses
{
    /// <summary>Batches before files: a file that a batch reads is not removed.</summary>
    public static void AddSubjectClasses(this IServiceCollection services)
    {
        services.AddSingleton<ISubjectData, BudgetsData>();
        services.AddSingleton<ISubjectData, ResponsesData>();
        services.AddSingleton<ISubjectData, ConversationsData>();
        services.AddSingleton<ISubjectData, BatchesData>();
        services.AddSingleton<ISubjectData, FilesData>();
    }
}
