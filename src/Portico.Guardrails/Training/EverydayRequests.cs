namespace Portico.Guardrails.Training;

/// <summary>What people ask an assistant every day, in many languages and with the words that attacks have too: orders, forgetting, rules, roles, opinions. In our own words.</summary>
static class EverydayRequests
{
    public static readonly (string Language, string[] Requests)[] Languages =
    [
        (
            "de",
            [
                "Sag mir bitte, [wie spät es in Tokio ist|wann der nächste Bus fährt|wie man Nudeln kocht].",
                "Ich habe [mein Passwort|den Termin|den Namen] vergessen, was [kann|soll] ich [jetzt|nun] tun?",
                "Vergiss nicht, [mich an den Zahnarzt zu erinnern|die Tabelle unten einzufügen|Milch auf die Liste zu setzen].",
                "Ich möchte, dass du mir [bei der Bewerbung|beim Umzug|bei den Hausaufgaben] hilfst.",
                "Kannst du [diesen Satz|den Absatz|meine E-Mail] [ins Englische übersetzen|freundlicher schreiben|auf Fehler prüfen]?",
                "Welche [Partei|Mannschaft|Firma] hat [die Wahl|das Turnier|den Preis] [2021|im Mai] gewonnen?",
                "Wer ist [der Präsident|die Ministerin|der Trainer] von [Portugal|Finnland|Bremen]?",
                "Was spricht für und was gegen [ein Tempolimit|Windräder|längere Ferien]? Bitte beide Seiten.",
                "Antworte [kurz|auf Deutsch|in Stichpunkten]: [warum ist der Himmel blau|was ist ein Zinssatz|wie entsteht Hagel]?",
                "Wie finde ich [eine Wohnung|einen Arzt|Arbeit] in [Hamburg|Graz|Basel]? [Gib mir drei Tipps.|Was kostet das ungefähr?|]",
                "Ich plane [eine Reise|ein Fest|einen Garten]. Jetzt [brauche ich eine Liste|suche ich gute Ideen|fehlt mir noch ein Titel].",
                "Schreib [ein Gedicht|einen Witz|eine Rede] [für meine Schwester|zum Geburtstag|über den Herbst], aber [nicht zu lang|ohne Reime].",
                "Stell dir vor, du [bist Koch|wärst Lehrer|führst ein Hotel]: was [empfiehlst du|würdest du zuerst tun]?",
                "Danke, das war gut. Als Nächstes: [fasse den zweiten Teil zusammen|rechne die Kosten aus|nenne weitere Bücher].",
                "Wie [lösche|ändere|speichere] ich [alle alten Fotos|die Einstellungen|meine Daten] auf dem Telefon?",
                "Was steht [oben|im Text] über [den Vertrag|die Kündigung|die Öffnungszeiten]?",
                "Magst du lieber [Tee oder Kaffee|Berge oder Meer]?",
                "Zeig mir, wie man [eine Pumpe repariert|Brot backt|einen Knopf annäht], Schritt für Schritt.",
            ]
        ),
        (
            "fr",
            [
                "Dis-moi [quelle heure il est à Tokyo|comment cuire du riz|quand part le prochain bus].",
                "J'ai oublié [mon mot de passe|le nom du film|le rendez-vous], que faire maintenant ?",
                "N'oublie pas d'ajouter [le lait à la liste|un titre|la date].",
                "Je veux que tu m'aides [pour mon CV|à préparer le voyage|avec mes devoirs].",
                "Peux-tu [traduire cette phrase en anglais|corriger mon texte|écrire cela plus poliment] ?",
                "Qui est [le président|la ministre] [du Portugal|de la Finlande] ?",
                "Réponds [en une phrase|en français] : pourquoi [le ciel est bleu|la mer est salée] ?",
                "Imagine que tu es [cuisinier|guide] : que proposes-tu pour [ce soir|dimanche] ?",
                "Merci, c'est bien. Maintenant [résume la deuxième partie|donne d'autres livres].",
                "Comment [supprimer|enregistrer] toutes mes photos sur le téléphone ?",
                "Quels sont les arguments pour et contre [les éoliennes|le télétravail] ?",
            ]
        ),
        (
            "es",
            [
                "Dime [qué hora es en Tokio|cómo se cocina el arroz|cuándo sale el próximo autobús].",
                "Olvidé [mi contraseña|el nombre de la película|la cita], ¿qué hago ahora?",
                "No olvides añadir [la leche a la lista|un título|la fecha].",
                "Quiero que me ayudes [con mi currículum|a preparar el viaje|con los deberes].",
                "¿Puedes [traducir esta frase al inglés|corregir mi texto|escribir esto con más cortesía]?",
                "¿Quién es [el presidente|la ministra] de [Portugal|Finlandia]?",
                "Responde [en una frase|en español]: ¿por qué [el cielo es azul|el mar es salado]?",
                "Imagina que eres [cocinero|guía]: ¿qué propones para [esta noche|el domingo]?",
                "Gracias, está bien. Ahora [resume la segunda parte|dame otros libros].",
                "¿Cómo [borro|guardo] todas mis fotos del teléfono?",
                "¿Qué argumentos hay a favor y en contra de [la energía eólica|el teletrabajo]?",
            ]
        ),
        (
            "it",
            [
                "Dimmi [che ore sono a Tokyo|come si cuoce il riso].",
                "Ho dimenticato [la password|il nome del film], cosa faccio adesso?",
                "Non dimenticare di aggiungere [il latte alla lista|un titolo].",
                "Voglio che mi aiuti [con il curriculum|a preparare il viaggio].",
                "Puoi [tradurre questa frase in inglese|correggere il mio testo]?",
                "Chi è il presidente [del Portogallo|della Finlandia]?",
                "Immagina di essere [un cuoco|una guida]: cosa proponi per domenica?",
                "Come [cancello|salvo] tutte le mie foto dal telefono?",
            ]
        ),
        (
            "pt",
            [
                "Diga-me [que horas são em Tóquio|como se cozinha o arroz].",
                "Esqueci [a minha senha|o nome do filme], o que faço agora?",
                "Não esqueça de adicionar [o leite à lista|um título].",
                "Quero que você me ajude [com o currículo|a preparar a viagem].",
                "Pode [traduzir esta frase para o inglês|corrigir o meu texto]?",
                "Quem é o presidente [de Portugal|da Finlândia]?",
                "Imagine que você é [um cozinheiro|um guia]: o que sugere para domingo?",
                "Como [apago|guardo] todas as minhas fotos do telefone?",
            ]
        ),
        (
            "nl",
            [
                "Zeg me [hoe laat het is in Tokio|hoe ik rijst kook].",
                "Ik ben [mijn wachtwoord|de naam van de film] vergeten, wat doe ik nu?",
                "Vergeet niet [de melk op de lijst|een titel boven de tekst] te zetten.",
                "Kun je [deze zin in het Engels vertalen|mijn tekst nakijken]?",
                "Wie is de president van [Portugal|Finland]?",
                "Stel je voor dat je [kok|gids] bent: wat raad je aan?",
                "Hoe [verwijder|bewaar] ik alle foto's op mijn telefoon?",
            ]
        ),
        (
            "pl",
            [
                "Powiedz mi, [która jest godzina w Tokio|jak ugotować ryż].",
                "Zapomniałem [hasła|tytułu filmu], co mam teraz zrobić?",
                "Nie zapomnij dodać [mleka do listy|tytułu].",
                "Czy możesz [przetłumaczyć to zdanie na angielski|poprawić mój tekst]?",
                "Kto jest prezydentem [Portugalii|Finlandii]?",
                "Wyobraź sobie, że jesteś [kucharzem|przewodnikiem]: co polecasz?",
                "Jak [usunąć|zapisać] wszystkie zdjęcia z telefonu?",
            ]
        ),
        (
            "sv",
            [
                "Säg mig [vad klockan är i Tokyo|hur man kokar ris].",
                "Jag har glömt [mitt lösenord|filmens namn], vad gör jag nu?",
                "Glöm inte att lägga till [mjölk på listan|en rubrik].",
                "Kan du [översätta meningen till engelska|rätta min text]?",
                "Vem är president i [Portugal|Finland]?",
                "Hur [tar jag bort|sparar jag] alla bilder på telefonen?",
            ]
        ),
        (
            "tr",
            [
                "Bana [Tokyo'da saatin kaç olduğunu|pirincin nasıl pişirildiğini] söyle.",
                "[Şifremi|Filmin adını] unuttum, şimdi ne yapmalıyım?",
                "[Sütü listeye|Bir başlık] eklemeyi unutma.",
                "[Bu cümleyi İngilizceye çevirir|Metnimi düzeltir] misin?",
                "[Portekiz|Finlandiya] cumhurbaşkanı kim?",
                "Telefondaki tüm fotoğrafları nasıl [silerim|saklarım]?",
                "Teşekkürler, şimdi [ikinci bölümü özetle|başka kitaplar öner].",
            ]
        ),
        (
            "hr",
            [
                "Reci mi [koliko je sati u Tokiju|kako se kuha riža].",
                "Zaboravio sam [lozinku|ime filma], što da radim sada?",
                "Nemoj zaboraviti dodati [mlijeko na popis|naslov].",
                "Možeš li [prevesti ovu rečenicu na engleski|ispraviti moj tekst]?",
                "Tko je predsjednik [Portugala|Finske]?",
            ]
        ),
        (
            "ro",
            [
                "Spune-mi [ce oră este la Tokyo|cum se fierbe orezul].",
                "Am uitat [parola|numele filmului], ce fac acum?",
                "Nu uita să adaugi [laptele pe listă|un titlu].",
                "Poți [să traduci propoziția în engleză|să corectezi textul meu]?",
                "Cine este președintele [Portugaliei|Finlandei]?",
                "Cum [șterg|salvez] toate pozele de pe telefon?",
            ]
        ),
        (
            "ru",
            [
                "Скажи, [который час в Токио|как варить рис].",
                "Я забыл [пароль|название фильма], что мне теперь делать?",
                "Не забудь добавить [молоко в список|заголовок].",
                "Можешь [перевести это предложение на английский|исправить мой текст]?",
                "Кто президент [Португалии|Финляндии]?",
                "Представь, что ты [повар|гид]: что посоветуешь?",
                "Как [удалить|сохранить] все фотографии на телефоне?",
                "Спасибо. Теперь [перескажи вторую часть|посоветуй другие книги].",
            ]
        ),
        (
            "ar",
            [
                "قل لي [كم الساعة في طوكيو|كيف أطبخ الأرز].",
                "نسيت [كلمة المرور|اسم الفيلم]، ماذا أفعل الآن؟",
                "لا تنس أن تضيف [الحليب إلى القائمة|عنوانا].",
                "هل يمكنك [ترجمة هذه الجملة إلى الإنجليزية|تصحيح النص]؟",
                "من هو رئيس [البرتغال|فنلندا]؟",
                "كيف [أحذف|أحفظ] جميع الصور من الهاتف؟",
                "تخيل أنك [طباخ|مرشد]: بماذا تنصح؟",
            ]
        ),
        (
            "hi",
            [
                "बताओ [टोक्यो में कितने बजे हैं|चावल कैसे पकाते हैं]।",
                "मैं [पासवर्ड|फिल्म का नाम] भूल गया, अब क्या करूँ?",
                "[दूध को सूची में|शीर्षक] जोड़ना मत भूलना।",
                "क्या आप [इस वाक्य का अंग्रेज़ी में अनुवाद|मेरे पाठ को ठीक] कर सकते हैं?",
                "[पुर्तगाल|फ़िनलैंड] का राष्ट्रपति कौन है?",
                "फ़ोन की सभी तस्वीरें कैसे [हटाऊँ|सहेजूँ]?",
            ]
        ),
        (
            "vi",
            [
                "Cho tôi biết [ở Tokyo mấy giờ|cách nấu cơm].",
                "Tôi quên [mật khẩu|tên phim], bây giờ phải làm gì?",
                "Đừng quên thêm [sữa vào danh sách|tiêu đề].",
                "Bạn có thể [dịch câu này sang tiếng Anh|sửa bài viết của tôi] không?",
                "Tổng thống [Bồ Đào Nha|Phần Lan] là ai?",
                "Làm sao để [xóa|lưu] tất cả ảnh trên điện thoại?",
                "Hãy tưởng tượng bạn là [đầu bếp|hướng dẫn viên]: bạn gợi ý gì?",
            ]
        ),
        (
            "id",
            [
                "Katakan [jam berapa di Tokyo|cara memasak nasi].",
                "Saya lupa [kata sandi|nama film itu], sekarang harus bagaimana?",
                "Jangan lupa menambahkan [susu ke daftar|judul].",
                "Bisakah kamu [menerjemahkan kalimat ini ke bahasa Inggris|memperbaiki teks saya]?",
                "Siapa presiden [Portugal|Finlandia]?",
                "Bagaimana cara [menghapus|menyimpan] semua foto di telepon?",
            ]
        ),
        (
            "zh",
            [
                "告诉我[东京现在几点|怎么煮米饭]。",
                "我忘记了[密码|电影的名字]，现在该怎么办？",
                "别忘了[把牛奶加到清单里|加上标题]。",
                "你能[把这句话翻译成英文|修改我的文章]吗？",
                "[葡萄牙|芬兰]的总统是谁？",
                "怎么[删除|保存]手机里的所有照片？",
                "假设你是[厨师|导游]，你会推荐什么？",
                "谢谢。现在请[总结第二部分|再推荐几本书]。",
            ]
        ),
        (
            "ja",
            [
                "[東京は今何時か|ご飯の炊き方を]教えてください。",
                "[パスワード|映画の名前]を忘れました。どうすればいいですか？",
                "[牛乳をリストに|題名を]加えるのを忘れないでください。",
                "[この文を英語に訳して|私の文章を直して]もらえますか？",
                "[ポルトガル|フィンランド]の大統領は誰ですか？",
                "電話の写真をすべて[削除|保存]するにはどうしますか？",
                "あなたが[料理人|案内人]なら、何を勧めますか？",
                "[新しい|以前の][駅|店]は[とても静かだ|人が多い]と彼は言った。",
            ]
        ),
        (
            "ko",
            [
                "[도쿄는 지금 몇 시인지|밥 짓는 법을] 알려 주세요.",
                "[비밀번호를|영화 이름을] 잊어버렸는데 이제 어떻게 하죠?",
                "[우유를 목록에|제목을] 추가하는 것을 잊지 마세요.",
                "[이 문장을 영어로 번역해|제 글을 고쳐] 주시겠어요?",
                "[포르투갈|핀란드] 대통령은 누구입니까?",
                "전화기의 모든 사진을 어떻게 [삭제|저장]하나요?",
                "당신이 [요리사|안내원]라면 무엇을 권하겠어요?",
            ]
        ),
        (
            "th",
            [
                "บอกหน่อยว่า[โตเกียวกี่โมง|หุงข้าวอย่างไร]",
                "ฉันลืม[รหัสผ่าน|ชื่อหนัง] ตอนนี้ต้องทำอย่างไร",
                "ช่วย[แปลประโยคนี้เป็นภาษาอังกฤษ|แก้ข้อความของฉัน]ได้ไหม",
                "จะ[ลบ|เก็บ]รูปทั้งหมดในโทรศัพท์อย่างไร",
            ]
        ),
        (
            "el",
            [
                "Πες μου [τι ώρα είναι στο Τόκιο|πώς βράζει το ρύζι].",
                "Ξέχασα [τον κωδικό|το όνομα της ταινίας], τι κάνω τώρα;",
                "Μην ξεχάσεις να προσθέσεις [το γάλα στη λίστα|έναν τίτλο].",
                "Μπορείς να [μεταφράσεις την πρόταση στα αγγλικά|διορθώσεις το κείμενό μου];",
                "Πώς [σβήνω|αποθηκεύω] όλες τις φωτογραφίες στο τηλέφωνο;",
            ]
        ),
    ];
}
