namespace Portico.Guardrails.Names.Lists;

/// <summary>Words of a language that name nobody; German nouns are written with a capital, as they are in a sentence.</summary>
sealed record LanguageWords(string Code, string Small, string Content);

/// <summary>Words of some languages, from general knowledge, for sentences that name nobody or somebody among other words.</summary>
static class LanguageLists
{
    public static readonly IReadOnlyList<LanguageWords> All =
    [
        new(
            "de",
            "der die das und ist in den von zu mit sich des auf für nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde im dem wir ich ihr",
            """
            Jahr Zeit Mensch Regierung Krieg Stadt Land Frage Arbeit Tag Leben Haus Kind Welt Wasser Schule Vertrag Rechnung Wirtschaft Geschichte Gesellschaft Politik Recht Staat König Kirche
            Präsident Bevölkerung Entwicklung Sprache Universität Wissenschaft Medizin Kunst Musik Spiel Mannschaft Spieler Fußball Tor Sieg Armee Soldat Schiff Straße Weg Berg Fluss See Tier Pflanze
            Energie Licht Luft Feuer Auto Zug Bank Geld Preis Markt Unternehmen Kunde Angebot Lieferung Zahlung Konto Versicherung Antrag Anlage Bericht Ergebnis Beispiel Problem Lösung Aufgabe
            Entscheidung Vereinbarung Bildung Klasse System Theorie Gesetz Gericht Polizei Minister Partei Wahl Angriff Verteidigung Besuch Reise Anfang Ende Teil Gruppe Mitglied Kultur Religion
            gut neu groß klein alt jung wichtig deutsch früh spät hoch lang kurz stark schwach politisch sozial wirtschaftlich öffentlich gemeinsam wahrscheinlich
            gehen kommen sehen machen sagen geben nehmen finden bleiben beginnen gründete begann führte erhielt gewann verlor schrieb besuchte entwickelte unterzeichneten erklärte
            """
        ),
        new(
            "fr",
            "le la les de des du un une et est en que qui dans pour pas sur au aux avec il elle par plus ce cette son sa ses ne se on ont sont était mais ou comme leur tout nous vous je leurs été cela entre après avant",
            """
            année temps homme gouvernement guerre ville pays question travail jour vie maison enfant monde eau école contrat facture économie histoire société politique droit état roi église président
            population développement langue université science médecine art musique jeu équipe joueur victoire armée soldat bateau rue chemin montagne rivière animal plante énergie lumière voiture train
            banque argent prix marché entreprise client offre livraison paiement compte assurance demande rapport résultat exemple problème solution décision accord éducation classe système théorie loi
            tribunal police ministre parti élection attaque défense visite voyage début fin groupe membre culture religion
            bon nouveau grand petit vieux jeune important français premier dernier haut long fort politique social économique public commun
            aller venir voir faire dire donner prendre trouver rester commencer fonda commença gagna perdit écrivit visita développa signèrent déclara
            """
        ),
        new(
            "es",
            "el la los las de del y en que a un una es se no por con para su al lo como más pero sus le o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante fue era ha son había",
            """
            año tiempo hombre gobierno guerra ciudad país pregunta trabajo día vida casa niño mundo agua escuela contrato factura economía historia sociedad política derecho estado rey iglesia presidente
            población desarrollo lengua universidad ciencia medicina arte música juego equipo jugador victoria ejército soldado barco calle camino montaña río animal planta energía luz coche tren banco
            dinero precio mercado empresa cliente oferta entrega pago cuenta seguro solicitud informe resultado ejemplo problema solución decisión acuerdo educación clase sistema teoría ley tribunal policía
            ministro partido elecciones ataque defensa visita viaje inicio fin grupo miembro cultura religión barrios vicepresidente
            bueno nuevo grande pequeño viejo joven importante español primero último alto largo fuerte político social económico público común ricos chinos
            ir venir ver hacer decir dar tomar encontrar quedar comenzar fundó comenzó ganó perdió escribió visitó desarrolló firmaron declaró
            """
        ),
        new(
            "it",
            "il la i le gli lo di del della dei e è in che a un una per non con si da al alla come più ma sono nel nella anche o se questo questa ha era dal su suo sua loro tra dopo prima quando dove",
            """
            anno tempo uomo governo guerra città paese domanda lavoro giorno vita casa bambino mondo acqua scuola contratto fattura economia storia società politica diritto stato chiesa presidente popolazione
            sviluppo lingua università scienza medicina arte musica gioco squadra giocatore vittoria esercito soldato nave strada montagna fiume animale pianta energia luce macchina treno banca denaro prezzo
            mercato azienda cliente offerta consegna pagamento conto assicurazione richiesta rapporto risultato esempio problema soluzione decisione accordo istruzione classe sistema teoria legge tribunale
            polizia ministro partito elezioni attacco difesa visita viaggio inizio fine gruppo membro cultura religione
            buono nuovo grande piccolo vecchio giovane importante italiano primo ultimo alto lungo forte politico sociale economico pubblico comune
            andare venire vedere fare dire dare prendere trovare restare iniziare fondò cominciò vinse perse scrisse visitò sviluppò firmarono dichiarò
            """
        ),
        new(
            "nl",
            "de het een en van in is dat op te zijn met voor niet aan er om ook als bij maar uit door over naar tot of worden was werd heeft deze dit ze hij nog meer kan geen zich hun haar wat toen na onder",
            """
            jaar tijd mens regering oorlog stad land vraag werk dag leven huis kind wereld water school contract factuur economie geschiedenis maatschappij politiek recht staat koning kerk president bevolking
            ontwikkeling taal universiteit wetenschap geneeskunde kunst muziek spel ploeg speler overwinning leger soldaat schip straat weg berg rivier dier plant energie licht auto trein bank geld prijs markt
            bedrijf klant aanbod levering betaling rekening verzekering aanvraag verslag resultaat voorbeeld probleem oplossing beslissing akkoord onderwijs klas systeem theorie wet rechtbank politie minister
            partij verkiezingen aanval verdediging bezoek reis begin einde groep lid cultuur godsdienst
            goed nieuw groot klein oud jong belangrijk eerste laatste hoog lang sterk politiek sociaal economisch openbaar gemeenschappelijk
            gaan komen zien maken zeggen geven nemen vinden blijven beginnen stichtte begon won verloor schreef bezocht ontwikkelde tekenden verklaarde
            """
        ),
        new(
            "pt",
            "o a os as de do da dos das e é em que um uma para com não por no na se mais como mas ao ele ela seu sua ou quando muito nos já também só pelo pela até isso entre depois sem mesmo foi era são tem",
            """
            ano tempo homem governo guerra cidade país pergunta trabalho dia vida casa criança mundo água escola contrato fatura economia história sociedade política direito estado rei igreja presidente
            população desenvolvimento língua universidade ciência medicina arte música jogo equipa jogador vitória exército soldado navio rua caminho montanha rio animal planta energia luz carro trem banco
            dinheiro preço mercado empresa cliente oferta entrega pagamento conta seguro pedido relatório resultado exemplo problema solução decisão acordo educação classe sistema teoria lei tribunal polícia
            bom novo grande pequeno velho jovem importante primeiro último alto longo forte político social econômico público comum
            ir vir ver fazer dizer dar tomar encontrar ficar começar fundou começou ganhou perdeu escreveu visitou desenvolveu assinaram declarou
            """
        ),
        new(
            "tr",
            "ve bir bu için ile de da olarak çok daha en gibi olan kadar sonra ne var her ama ya ki o şu mi değil önce ise veya tarafından hem iki ilk ikinci nedir neydi kim hangi ilgili",
            """
            yıl zaman insan hükümet savaş şehir ülke soru iş gün hayat ev çocuk dünya su okul sözleşme fatura ekonomi tarih toplum siyaset hukuk devlet kral kilise başkan başkanı nüfus gelişme dil üniversite
            bilim tıp sanat müzik oyun takım oyuncu zafer ordu asker gemi yol dağ nehir hayvan bitki enerji ışık araba tren banka para fiyat pazar şirket müşteri teklif teslimat ödeme hesap sigorta başvuru
            rapor sonuç örnek sorun çözüm karar anlaşma eğitim sınıf sistem teori yasa mahkeme polis bakan parti seçim seçimi seçiminin saldırı savunma ziyaret yolculuk başlangıç son grup üye kültür din
            iyi yeni büyük küçük eski genç önemli yüksek uzun güçlü siyasi sosyal ekonomik kamu ortak sınıfı bölgesel ulusal uluslararası
            gitti geldi gördü yaptı söyledi verdi aldı buldu kaldı başladı kurdu kazandı kaybetti yazdı geliştirdi imzaladı açıkladı
            """
        ),
        new(
            "ro",
            "și de a în la cu pe nu un o din că este pentru care mai ce se au al ale sau dar prin după către fi era ca sunt lui ei această acest despre până când unde cum între fost",
            """
            an timp om guvern război oraș țară întrebare muncă zi viață casă copil lume apă școală contract factură economie istorie societate politică drept stat rege biserică președinte președintele populație
            dezvoltare limbă universitate știință medicină artă muzică joc echipă jucător victorie armată soldat navă stradă drum munte râu animal plantă energie lumină mașină tren bancă bani preț piață companie
            client ofertă livrare plată cont asigurare cerere raport rezultat exemplu problemă soluție decizie acord educație clasă sistem teorie lege tribunal poliție ministru partid alegeri atac apărare vizită
            bun nou mare mic vechi tânăr important primul ultimul înalt lung puternic politic social economic public comun vicepreședintele
            merge veni vedea face spune da lua găsi rămâne începe fondat început câștigat pierdut scris vizitat dezvoltat semnat declarat
            """
        ),
        new(
            "pl",
            "i w na z do się nie jest to że o jak ale po co od za przez dla przy czy był była było są oraz już tylko może tak być jego jej ich który która które tym tego między przed pod gdy kiedy",
            """
            rok czas człowiek rząd wojna miasto kraj pytanie praca dzień życie dom dziecko świat woda szkoła umowa faktura gospodarka historia społeczeństwo polityka prawo państwo król kościół prezydent ludność
            rozwój język uniwersytet nauka medycyna sztuka muzyka gra drużyna gracz zwycięstwo armia żołnierz statek ulica droga góra rzeka zwierzę roślina energia światło samochód pociąg pieniądze cena rynek
            firma klient oferta dostawa płatność konto ubezpieczenie wniosek raport wynik przykład problem rozwiązanie decyzja porozumienie edukacja klasa system teoria ustawa sąd policja
            dobry nowy duży mały stary młody ważny pierwszy ostatni wysoki długi silny polityczny społeczny publiczny wspólny
            iść przyjść widzieć robić mówić dać wziąć znaleźć zostać zacząć założył zaczął wygrał przegrał napisał odwiedził podpisali
            """
        ),
        new(
            "vi",
            "và của là có được trong cho không với các một những này đã khi từ người để ở như về đến ra cũng vào nhiều hay theo sau trên nhưng còn bị tại đó do ông bà họ chúng tôi bạn làm sẽ rất nào",
            "năm thời gian chính phủ chiến tranh thành phố đất nước câu hỏi công việc ngày cuộc sống nhà trẻ em thế giới nước trường học hợp đồng hóa đơn kinh tế lịch sử xã hội luật vua tổng thống dân số ngôn ngữ khoa học y học trò chơi đội cầu thủ quân đội tàu đường núi sông"
        ),
    ];
}
