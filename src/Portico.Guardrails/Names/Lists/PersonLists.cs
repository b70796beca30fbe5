namespace Portico.Guardrails.Names.Lists;

/// <summary>Given names and family names that are common in one part of the world; from general knowledge, a blank between two.</summary>
sealed record NameCulture(string Code, string Given, string Family);

/// <summary>What people are called in many places.</summary>
static class PersonLists
{
    public const string Titles = """
        mr mrs ms miss mx dr prof professor sir madam dame lord lady rev reverend fr father sr sister judge justice capt captain col colonel lt lieutenant sgt sergeant
        maj major gen general officer detective nurse herr frau fräulein monsieur madame mademoiselle mme mlle señor señora señorita don doña dra sra srta signor signora
        signorina sig dott dottor dottoressa ing mevrouw mevr dhr meneer senhor senhora pan pani bay bayan shri smt dipl mag messrs hon president senator
        governor minister chancellor chairman coach king queen prince princess pope uncle aunt tío tía onkel tante oncle doctor
        """;

    public const string Particles =
        "van von de der den del della di da dos das do du la le los las el al bin ibn bint ben ter ten zu zur zum af av mac mc st san santa y e und";

    public static readonly IReadOnlyList<NameCulture> Cultures =
    [
        new(
            "en",
            """
            james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua kenneth kevin
            brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank
            alexander raymond patrick jack dennis jerry tyler aaron jose adam nathan henry douglas zachary peter kyle walter ethan jeremy harold keith christian roger
            noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jordan billy bruce albert willie gabriel logan alan juan wayne roy ralph randy
            eugene vincent russell elijah louis bobby philip johnny liam oliver mason lucas owen caleb connor evan gavin ian trevor derek craig neil stuart graham nigel
            simon martin clive barry leonard stanley ernest norman marvin glenn calvin oscar theodore harvey finn declan seamus aidan rory angus hamish duncan
            malcolm alistair gareth rhys dewi bryce chad cody devin dustin grant hunter ivan joel kirk lance marcus miles nate preston quentin reid shane spencer todd
            tristan wesley xavier tom tim ben sam dan mike bob jim bill steve chris matt nick greg jeff ken ron don ed fred ted alex max leo charlie harry alfie freddie
            mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly emily donna michelle carol amanda
            melissa deborah stephanie rebecca laura sharon cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine christine debra
            rachel carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn judith megan andrea cheryl
            hannah jacqueline martha gloria teresa ann sara madison frances kathryn janice jean abigail alice julia judy sophia grace denise amber doris marilyn danielle
            beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori tracy tracey tina dana erica erin fiona gemma harriet heidi holly imogen
            isla jade jane jill jodie josephine kate katie kristen kristina leah lily lucy lydia mabel maureen mia molly monica naomi niamh nora paige paula pauline
            peggy penelope phoebe poppy rosie roxanne ruby sally sheila sienna siobhan stella sue suzanne sylvia tara tessa valerie vanessa vera veronica wendy yvonne
            zoe ella ava chloe hazel ivy claire beth becky jenny jess maggie mandy mel meg nell pippa trish caroline ellen eleanor edith florence
            """,
            """
            smith johnson williams brown jones miller davis wilson anderson taylor thomas moore jackson martin lee thompson white harris clark lewis robinson walker young
            allen king wright scott hill green adams nelson baker hall campbell mitchell carter roberts phillips evans turner parker collins edwards stewart morris murphy
            cook rogers morgan peterson cooper reed bailey bell kelly howard ward cox richardson wood watson brooks bennett gray james hughes price myers long foster
            sanders ross powell sullivan russell jenkins perry butler barnes fisher henderson coleman simmons patterson jordan reynolds hamilton graham wallace cole west
            hayes chambers gibson mcdonald marshall ellis stevens hunter shaw gordon burns palmer holmes black robertson boyd knight rose stone hawkins dunn perkins
            hudson spencer gardner payne pierce berry matthews wagner willis carroll duncan snyder hart cunningham bradley lane andrews riley armstrong carpenter greene
            lawrence elliott chavez sims austin peters kelley franklin lawson fields ryan schmidt carr wheeler chapman oliver montgomery richards williamson johnston
            banks meyer bishop mccoy howell morrison hansen fernandez garza harvey little burton nguyen george jacobs reid kim fuller lynch dean gilbert garrett welch
            larson frazier burke hanson mendoza moreno bowman fowler brewer hoffman carlson pearson holland douglas fleming jensen vargas byrd davidson hopkins may terry
            herrera wade soto walters curtis neal caldwell lowe jennings barnett graves jimenez horton shelton barrett obrien castro sutton gregory mckinney lucas miles
            craig chambers holt lambert fletcher watts bates hale rhodes pena beck newman haynes mcdaniel mendez bush vaughn parks dawson santiago norris hardy love
            steele curry powers schultz barker guzman page munoz ball keller chandler weber leonard walsh lyons ramsey wolfe schneider mullins benson sharp bowen barber
            cummings hines baldwin griffith hubbard salazar reeves warner stevenson burgess tate cross garner mann mack moss thornton mcgee farmer blake delaney o'brien
            o'connor o'neill o'sullivan mcguire mccarthy mackenzie macleod fitzgerald doyle byrne gallagher doherty kennedy nolan quinn pritchard llewellyn griffiths
            whitfield ashworth blackwood hargreaves cartwright pemberton hathaway winterbourne kirkland townsend sinclair muir lockhart strickland eastwood holloway
            """
        ),
        new(
            "de",
            """
            lukas leon finn jonas felix paul elias maximilian moritz julian niklas tim jan philipp tobias sebastian stefan andreas thomas michael markus matthias jürgen
            wolfgang klaus dieter horst helmut günter günther heinz hans karl friedrich ernst otto uwe bernd rolf manfred gerhard werner rainer ralf torsten thorsten
            sven lars kai holger frank dirk jens oliver florian dominik fabian christoph johannes benedikt ulrich joachim detlef siegfried rüdiger eberhard
            anna lena lea emma hannah mia sophie marie laura julia sarah katharina lisa johanna franziska charlotte clara klara greta frieda ursula renate ingrid helga
            monika gisela karin sabine petra susanne birgit andrea claudia heike anja silke nicole stefanie kerstin martina ulrike anke gabriele brigitte elke jutta
            hannelore waltraud gertrud hildegard elfriede liselotte annika svenja wiebke antje maike uta ute
            """,
            """
            müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer richter klein wolf schröder neumann schwarz zimmermann braun
            krüger hofmann hartmann lange schmitt werner schmitz krause meier lehmann schmid schulze maier köhler herrmann könig walter mayer huber kaiser fuchs peters
            lang scholz möller weiß jung hahn schubert vogel friedrich keller günther frank berger winkler roth beck lorenz baumann franke albrecht schuster simon
            ludwig böhm winter kraus martin schumacher krämer vogt stein jäger otto sommer groß seidel heinrich brandt haas schreiber graf schulte dietrich ziegler
            kuhn kühn pohl engel horn busch bergmann thomas voigt sauer arnold wolff pfeiffer lindemann oberländer steinbach
            hohenberg weidmann grünwald achternbusch
            """
        ),
        new(
            "fr",
            """
            jean pierre michel andré philippe rené louis alain jacques bernard marcel daniel roger robert paul claude christian henri georges nicolas françois patrick
            gérard christophe joseph julien maurice laurent frédéric eric david stéphane pascal sébastien alexandre thierry olivier antoine mathieu guillaume hugo théo
            lucas léo gabriel raphaël arthur jules adrien maxime quentin romain benoît cédric fabrice gaston émile étienne yves didier
            marie jeanne françoise monique catherine nathalie isabelle jacqueline anne sylvie martine madeleine nicole suzanne hélène christine marguerite denise louise
            christiane valérie sophie sandrine céline émilie camille léa chloé manon inès jade lola zoé juliette aurélie élodie mélanie audrey amélie mathilde pauline
            margaux clémence geneviève odette colette bérénice solange brigitte véronique delphine
            """,
            """
            martin bernard dubois thomas robert richard petit durand leroy moreau simon laurent lefebvre michel garcia david bertrand roux vincent fournier morel girard
            andré lefèvre mercier dupont lambert bonnet françois martinez legrand garnier faure rousseau blanc guérin muller henry roussel nicolas perrin morin mathieu
            clément gauthier dumont lopez fontaine chevalier robin masson sanchez gérard nguyen boyer denis lemaire duval joly gautier roger roche roy noël meyer lucas
            meunier jean perez marchand dufour blanchard marie barbier brun dumas brunet schmitt leroux colas renard arnaud rolland caron aubert giraud leclerc vidal
            bourgeois renaud lemoine picard gaillard philippe leclercq lacroix fabre dupuis olivier rodriguez da-silva hubert louis charles guillot riviere le-gall
            beauchamp charpentier delacroix tremblay gagnon bouchard côté
            """
        ),
        new(
            "es",
            """
            antonio josé manuel francisco juan david javier daniel carlos jesús alejandro miguel rafael pedro pablo ángel sergio fernando jorge luis alberto álvaro diego
            adrián raúl enrique ramón vicente iván rubén óscar andrés joaquín santiago eduardo víctor mario roberto jaime ignacio marcos alfonso salvador ricardo emilio
            hugo martín mateo lucas gonzalo guillermo felipe julio césar arturo esteban tomás nicolás gustavo hernán rodrigo matías
            maría carmen ana isabel dolores pilar teresa rosa josefa cristina laura elena antonia marta mercedes francisca lucía sara paula raquel manuela juana beatriz
            rocío patricia concepción encarnación montserrat julia alba silvia irene nuria sofía andrea rosario margarita inmaculada yolanda esther ángela marina
            consuelo catalina gabriela valentina camila ximena daniela fernanda guadalupe alejandra verónica alicia leticia maite itziar
            """,
            """
            garcía rodríguez gonzález fernández lópez martínez sánchez pérez gómez martín jiménez ruiz hernández díaz moreno muñoz álvarez romero alonso gutiérrez navarro
            torres domínguez vázquez ramos gil ramírez serrano blanco molina morales suárez ortega delgado castro ortiz rubio marín sanz núñez iglesias medina garrido
            cortés castillo santos lozano guerrero cano prieto méndez cruz calvo gallego herrera márquez león vidal peña flores cabrera campos vega fuentes carrasco
            diez caballero reyes nieto aguilar pascual santana herrero lorenzo montero hidalgo giménez ibáñez ferrer durán santiago benítez mora vicente vargas arias
            carmona crespo román pastor soto sáez velasco moya soler parra esteban bravo gallardo rojas
            """
        ),
        new(
            "it",
            """
            giuseppe giovanni antonio mario luigi francesco angelo vincenzo pietro salvatore carlo franco domenico bruno paolo michele giorgio aldo sergio luciano andrea
            marco roberto alessandro matteo lorenzo davide simone federico riccardo stefano luca fabio claudio massimo enrico giacomo gianluca filippo tommaso edoardo
            emanuele nicola gabriele raffaele alberto cristiano dario leonardo elia
            maria anna giuseppina rosa angela giovanna teresa lucia carmela caterina francesca antonietta carla elena concetta rita margherita franca paola laura giulia
            sofia aurora alice ginevra emma giorgia greta beatrice chiara martina sara federica silvia valentina elisa alessandra ilaria simona cristina barbara
            daniela eleonora serena noemi bianca ludovica
            """,
            """
            rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti de-luca mancini costa giordano rizzo lombardi moretti barbieri fontana
            santoro mariani rinaldi caruso ferrara galli martini leone longo gentile martinelli vitale lombardo serra coppola de-santis d'angelo marchetti parisi villa
            conte ferraro ferri fabbri bianco marini grasso valentini messina sala de-angelis gatti pellegrini palumbo sanna farina rizzi monti cattaneo morelli amato
            silvestri mazza testa grassi pellegrino carbone giuliani benedetti barone rossetti caputo montanari guerra palmieri bernardi martino fiore
            cavallaro
            """
        ),
        new(
            "nl",
            """
            jan piet kees hendrik willem cornelis johan gerrit dirk maarten pieter jeroen bas sander thijs daan bram sem lars ruben joris koen wouter niels rik tijn
            stijn jasper sjoerd teun freek gijs luuk mees arjan marco erik frans henk bert wim joost ruud
            anna johanna maria cornelia wilhelmina sanne fleur lotte femke anouk eva tess julia sophie noor roos isa marloes marieke ilse inge saskia monique petra
            astrid ingrid els truus greet annelies liesbeth mieke hanneke maite jolanda esther
            """,
            """
            jansen janssen de-jong de-vries van-den-berg van-dijk bakker visser smit meijer de-boer mulder de-groot bos vos peters hendriks van-leeuwen dekker brouwer
            de-wit dijkstra smits de-graaf van-der-meer van-der-linden kok jacobs de-haan vermeulen van-den-heuvel van-der-veen van-den-broek de-bruin van-der-heijden
            schouten van-beek willems van-vliet hoekstra maas verhoeven koster van-dam prins blom huisman peeters de-jonge kuipers van-veen kuiper post veenstra kramer
            lemmens claes maes mertens wouters goossens de-smet dubois
            """
        ),
        new(
            "pt",
            """
            joão josé antónio antônio francisco carlos paulo pedro lucas luiz luís marcos gabriel rafael daniel marcelo bruno eduardo felipe rodrigo manuel tiago rui nuno
            miguel gonçalo duarte diogo vasco afonso henrique gustavo leandro thiago caio vinícius mateus
            maria ana francisca antónia adriana juliana márcia fernanda patrícia aline sandra camila amanda bruna jéssica letícia júlia luciana vanessa mariana gabriela
            beatriz inês catarina joana leonor matilde carolina rita sofia teresa graça fátima larissa tatiana
            """,
            """
            silva santos oliveira souza rodrigues ferreira alves pereira lima gomes ribeiro carvalho almeida costa martins araújo melo barbosa castro fernandes rocha dias
            moreira nascimento vieira marques nunes mendes freitas cardoso teixeira pinto correia fonseca sousa lopes azevedo cunha moura campos monteiro barros cavalcanti
            duarte machado ramos figueiredo tavares coelho cruz batista andrade magalhães reis neves
            """
        ),
        new(
            "nordic",
            """
            erik lars karl anders johan per nils carl mikael jan hans lennart olof olov gunnar sven fredrik bengt magnus björn göran håkan jörgen ole oles knut arne kjell
            odd rolf geir terje svein tor trond morten henrik jakob kasper mads rasmus søren jens niels poul kristian thor åke mikko juha timo jukka kari matti antti
            pekka hannu heikki esa sami ville eero aleksi james sigurður guðmundur jón gunnar ólafur einar
            anna maria margareta elisabeth eva birgitta kristina karin ingrid marie astrid linnéa elsa ebba freja saga signe tuva inger kari anne liv marit solveig
            ingeborg randi hanne mette kirsten lene pia susanne bente gitte tove katrine maja ida aino helmi tuula ritva leena päivi sari minna kaisa guðrún sigríður
            björk hildur
            """,
            """
            andersson johansson karlsson nilsson eriksson larsson olsson persson svensson gustafsson pettersson jonsson jansson hansson bengtsson jönsson lindberg jakobsson
            magnusson olofsson lindström lindqvist lindgren axelsson berg bergström lundberg lind lundgren lundqvist mattsson berglund fredriksson sandberg henriksson
            forsberg sjöberg wallin engström eklund danielsson lundin håkansson björk söderberg hansen johansen olsen larsen andersen pedersen nilsen kristiansen
            jensen karlsen johnsen pettersen eriksen berge haugen hagen johannessen andreassen jacobsen halvorsen dahl nielsen christensen sørensen rasmussen jørgensen
            petersen madsen kristensen poulsen thomsen korhonen virtanen mäkinen nieminen mäkelä hämäläinen laine heikkinen koskinen járvinen jónsdóttir
            sigurðardóttir guðmundsdóttir magnússon
            """
        ),
        new(
            "slav",
            """
            jan piotr andrzej krzysztof stanisław tomasz paweł józef marcin marek michał grzegorz jerzy tadeusz adam łukasz zbigniew ryszard dariusz henryk mariusz kazimierz
            wojciech robert mateusz jakub kacper szymon filip jiří josef pavel jaroslav martin tomáš miroslav petr zdeněk václav michal karel milan vladimír ladislav
            lukáš ondřej vojtěch ivan marko ante luka josip tomislav stjepan nikola dejan milos dragan zoran goran slobodan branko matej andrej blaž dimitar georgi
            stoyan mihai ion andrei alexandru vasile gheorghe florin
            anna maria katarzyna małgorzata agnieszka krystyna barbara ewa elżbieta zofia teresa magdalena joanna janina monika jadwiga danuta irena halina helena beata
            aleksandra natalia julia zuzanna jana eva hana věra alena lenka kateřina lucie petra radka ludmila jitka marcela dagmar tereza veronika ivana marija
            ana nataša jelena milica snežana vesna ljiljana maja katja elena ioana andreea mihaela cristina gabriela raluca
            """,
            """
            nowak kowalski wiśniewski wójcik kowalczyk kamiński lewandowski zieliński szymański woźniak dąbrowski kozłowski jankowski mazur wojciechowski kwiatkowski krawczyk
            kaczmarek piotrowski grabowski zając pawłowski michalski król wieczorek jabłoński wróbel nowakowski majewski olszewski stępień malinowski jaworski adamczyk
            dudek pawlak górski nowák novák svoboda novotný dvořák černý procházka kučera veselý horák němec pokorný marek pospíšil hájek jelínek
            král růžička beneš fiala sedláček horvat horvát kovačević babić marić jurić novak kovačič krajnc zupančič popović jovanović petrović nikolić marković đorđević
            stojanović ilić ivanov georgiev dimitrov petrov popescu ionescu popa dumitru stan stoica gheorghe rusu
            """
        ),
        .. MorePersonLists.Cultures,
    ];
}
