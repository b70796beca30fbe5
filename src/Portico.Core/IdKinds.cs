namespace Portico.Core;

/// <summary>The kinds of ids with their prefixes. A new noun with an identity adds a row here and an alias above.</summary>
public static class IdKinds
{
    public sealed class Organisation : IIdKind
    {
        public static string Prefix => "org";
    }

    public sealed class Workspace : IIdKind
    {
        public static string Prefix => "ws";
    }

    public sealed class UseCase : IIdKind
    {
        public static string Prefix => "uc";
    }

    public sealed class Person : IIdKind
    {
        public static string Prefix => "person";
    }

    public sealed class Key : IIdKind
    {
        public static string Prefix => "key";
    }

    public sealed class Connection : IIdKind
    {
        public static string Prefix => "conn";
    }

    public sealed class Model : IIdKind
    {
        public static string Prefix => "model";
    }

    public sealed class Deployment : IIdKind
    {
        public static string Prefix => "dep";
    }

    public sealed class Route : IIdKind
    {
        public static string Prefix => "route";
    }

    public sealed class Rule : IIdKind
    {
        public static string Prefix => "rule";
    }

    public sealed class Price : IIdKind
    {
        public static string Prefix => "price";
    }

    public sealed class Budget : IIdKind
    {
        public static string Prefix => "budget";
    }

    public sealed class BudgetRequest : IIdKind
    {
        public static string Prefix => "ask";
    }

    public sealed class FindingReview : IIdKind
    {
        public static string Prefix => "review";
    }

    public sealed class DetectorModelSet : IIdKind
    {
        public static string Prefix => "dmodels";
    }

    public sealed class PolicyRequest : IIdKind
    {
        public static string Prefix => "polreq";
    }

    public sealed class Limit : IIdKind
    {
        public static string Prefix => "limit";
    }

    public sealed class Hold : IIdKind
    {
        public static string Prefix => "hold";
    }

    public sealed class Call : IIdKind
    {
        public static string Prefix => "call";
    }

    public sealed class Rerating : IIdKind
    {
        public static string Prefix => "rerating";
    }

    public sealed class Attempt : IIdKind
    {
        public static string Prefix => "att";
    }

    public sealed class File : IIdKind
    {
        public static string Prefix => "file";
    }

    public sealed class Batch : IIdKind
    {
        public static string Prefix => "batch";
    }

    public sealed class MessageBatch : IIdKind
    {
        public static string Prefix => "msgbatch";
    }

    public sealed class Step : IIdKind
    {
        public static string Prefix => "step";
    }

    public sealed class Conversation : IIdKind
    {
        public static string Prefix => "conv";
    }

    public sealed class Assignment : IIdKind
    {
        public static string Prefix => "assign";
    }

    public sealed class AccessRule : IIdKind
    {
        public static string Prefix => "access";
    }

    public sealed class Certificate : IIdKind
    {
        public static string Prefix => "cert";
    }

    public sealed class ExerciseRun : IIdKind
    {
        public static string Prefix => "exrun";
    }

    public sealed class QuizAttempt : IIdKind
    {
        public static string Prefix => "quiz";
    }

    public sealed class View : IIdKind
    {
        public static string Prefix => "view";
    }

    public sealed class IdentityProvider : IIdKind
    {
        public static string Prefix => "idp";
    }

    public sealed class Workload : IIdKind
    {
        public static string Prefix => "workload";
    }

    public sealed class ScimToken : IIdKind
    {
        public static string Prefix => "scim";
    }

    public sealed class ScimGroup : IIdKind
    {
        public static string Prefix => "group";
    }
}
