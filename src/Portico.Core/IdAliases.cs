// Compiled into every project (Directory.Build.targets), so that ids read the same everywhere.
global using Portico.Core;
global using AttemptId = Portico.Core.Id<Portico.Core.IdKinds.Attempt>;
global using BudgetId = Portico.Core.Id<Portico.Core.IdKinds.Budget>;
global using CallId = Portico.Core.Id<Portico.Core.IdKinds.Call>;
global using ConnectionId = Portico.Core.Id<Portico.Core.IdKinds.Connection>;
global using DeploymentId = Portico.Core.Id<Portico.Core.IdKinds.Deployment>;
global using HoldId = Portico.Core.Id<Portico.Core.IdKinds.Hold>;
global using KeyId = Portico.Core.Id<Portico.Core.IdKinds.Key>;
global using LimitId = Portico.Core.Id<Portico.Core.IdKinds.Limit>;
global using ModelId = Portico.Core.Id<Portico.Core.IdKinds.Model>;
global using OrganisationId = Portico.Core.Id<Portico.Core.IdKinds.Organisation>;
global using PersonId = Portico.Core.Id<Portico.Core.IdKinds.Person>;
global using PriceId = Portico.Core.Id<Portico.Core.IdKinds.Price>;
global using ReratingId = Portico.Core.Id<Portico.Core.IdKinds.Rerating>;
global using RouteId = Portico.Core.Id<Portico.Core.IdKinds.Route>;
global using RuleId = Portico.Core.Id<Portico.Core.IdKinds.Rule>;
global using UseCaseId = Portico.Core.Id<Portico.Core.IdKinds.UseCase>;
global using WorkspaceId = Portico.Core.Id<Portico.Core.IdKinds.Workspace>;
