namespace Portico.Guardrails.Names.Lists;

/// <summary>The second half of <see cref="PersonLists.Cultures"/>.</summary>
static class MorePersonLists
{
    public static readonly IReadOnlyList<NameCulture> Cultures =
    [
        new(
            "hu",
            """
            lászló istván józsef jános zoltán sándor gábor ferenc attila péter tamás zsolt tibor andrás csaba imre lajos györgy balázs gyula mihály károly róbert béla dávid
            dániel ádám kristóf bence máté levente árpád
            mária erzsébet katalin éva ilona anna zsuzsanna margit judit ágnes andrea erika krisztina julianna irén eszter mónika edit gabriella szilvia anita viktória
            réka dóra boglárka hanna
            """,
            """
            nagy kovács tóth szabó horváth varga kiss molnár németh farkas balogh papp takács juhász lakatos mészáros oláh simon rácz fekete szilágyi török fehér balázs gál
            kis szűcs kocsis orsós fodor pintér szalai sipos magyar lukács gulyás biró király balog kelemen
            """
        ),
        new(
            "ru",
            """
            alexander sergei sergey dmitry dmitri andrei alexey alexei vladimir maxim ivan mikhail nikolai igor oleg yuri viktor pavel roman konstantin evgeny boris anatoly
            vasily gennady leonid stanislav artem nikita ilya kirill denis ruslan timur
            elena olga natalia tatiana irina anna maria svetlana ekaterina anastasia yulia marina ludmila galina nadezhda vera larisa valentina ksenia daria polina oksana
            alina yana
            """,
            """
            ivanov ivanova smirnov smirnova kuznetsov kuznetsova popov popova sokolov lebedev kozlov novikov morozov morozova petrov petrova volkov volkova solovyov vasiliev
            zaitsev pavlov semyonov golubev vinogradov bogdanov vorobyov fedorov mikhailov belyaev tarasov belov komarov orlov kiselyov makarov andreev kovalev
            ilyin gusev titov kuzmin kudryavtsev baranov kulikov alexeev stepanov yakovlev sorokin sergeev romanov zakharov borisov korolev
            shevchenko bondarenko tkachenko kovalenko melnyk
            """
        ),
        new(
            "tr",
            """
            mehmet mustafa ahmet ali hüseyin hasan ibrahim ismail osman yusuf murat ömer ramazan halil süleyman abdullah mahmut recep salih fatih kadir emre hakan adem burak
            serkan cem kemal orhan volkan tolga deniz efe can
            fatma ayşe emine hatice zeynep elif meryem şerife sultan hanife merve havva zeliha esra özlem yasemin büşra kübra dilek sevgi gülşen nur ebru aylin ceren defne
            """,
            """
            yılmaz kaya demir şahin çelik yıldız yıldırım öztürk aydın özdemir arslan doğan kılıç aslan çetin kara koç kurt özkan şimşek polat korkmaz çakır erdoğan bulut
            güneş aksoy ünal keskin tekin bozkurt avcı acar toprak güler kaplan yavuz taş
            """
        ),
        new(
            "ar",
            """
            mohammed muhammad mohamed ahmed ali omar hassan hussein ibrahim khalid khaled abdullah abdul yusuf youssef mahmoud mustafa tariq samir karim rashid said saeed nasser
            faisal hamza bilal amir jamal walid ziad imran rami sami nabil adel majid
            fatima aisha amina layla leila mariam maryam zainab khadija noor nour huda salma yasmin samira rania dina hanan nadia sana amal farah rasha hala
            """,
            """
            khan ahmed hussain ali hassan al-sayed al-farsi al-rashid al-masri haddad khoury nasser mansour saleh abdallah ibrahim mahmoud osman farouk el-amin bakr qureshi
            siddiqui malik sheikh aziz karimi hosseini rahimi ahmadi tehrani zand shirazi benali bouzid cherif mansouri
            """
        ),
        new(
            "in",
            """
            aarav vivaan aditya arjun sai rohan rahul amit raj rajesh suresh ramesh mahesh vijay sanjay ajay anil sunil vikram deepak manoj rakesh ashok arun karthik prakash
            ganesh harish nikhil varun siddharth alok gaurav ravi mohan krishna gopal dinesh naveen pranav kabir ishaan
            priya ananya aadhya diya meera pooja neha kavya anjali sunita lakshmi divya sneha shreya ritu rekha geeta sita radha asha usha lata kiran nisha deepa swati
            aishwarya kavita shanti padma indira savita vidya isha riya tanvi
            """,
            """
            sharma verma gupta singh kumar patel shah mehta joshi desai reddy rao nair menon iyer iyengar pillai chatterjee banerjee mukherjee das ghosh bose sen roy dutta
            chakraborty mishra pandey tiwari dubey yadav chauhan rathore malhotra kapoor khanna chopra bhatia sethi arora bhatt trivedi naidu krishnan subramanian
            venkatesh gowda shetty kulkarni deshpande patil jadhav fernandes dsouza perera silva jayawardena
            """
        ),
        new(
            "zh",
            """
            wei fang li na xiuying min jing qiang lei yang yan jie juan xia chao ping gang hui ming hong hao jun xin yu ting ling mei xiaoming jianguo zhiyuan haoran yichen
            zihan yuxuan meiling chen-wei jia-hao kai-ming siu-ling
            """,
            """
            wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie tang deng feng cao peng zeng xiao tian dong pan yuan cai jiang
            yu du ye cheng wei su lu ding shen lau chan wong leung cheung ng chow tsang
            """
        ),
        new(
            "ja",
            """
            haruto yuto sota hiroshi takashi kenji akira satoshi kazuo makoto minoru shigeru tadashi yoshio daisuke takeshi kenta ryota sho tsubasa naoki hideo masao ichiro
            taro jiro
            yui rin hina sakura aoi yuki akiko keiko kazuko yoko michiko sachiko tomoko emi mai haruka ayumi naomi megumi kaori nanami misaki chiyo hanako
            """,
            """
            sato suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki yamaguchi matsumoto inoue kimura hayashi shimizu saito mori abe
            ikeda hashimoto yamashita ishikawa nakajima maeda fujita ogawa goto okada hasegawa murakami kondo ishii sakamoto endo aoki fujii nishimura fukuda ota miura
            fujiwara okamoto matsuda nakagawa harada ono tamura takeuchi kaneko wada
            """
        ),
        new(
            "ko",
            """
            minjun seojun dohyun jiho junseo hyunwoo jihoon sungmin youngho jinwoo seoyeon jiwoo soyeon minji jimin eunji hyejin yuna sujin haeun min-jun ji-woo seo-yeon
            young-ho hye-jin soo-jin dong-hyun jae-won kyung-soo
            """,
            "kim lee park choi jung jeong kang cho yoon jang lim han oh seo shin kwon hwang ahn song ryu hong yoo ko moon yang son bae baek heo nam"
        ),
        new(
            "vi",
            """
            anh minh duc hung tuan nam long quang hoang thanh hai khanh phuc dung linh huong lan mai ngoc thao trang hoa hien thu yen van nga phuong quyen bich
            nguyễn-văn thị-mai
            """,
            "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly trinh dinh doan luong nguyễn trần phạm đặng bùi"
        ),
        new(
            "af",
            """
            chinedu emeka oluwaseun tunde femi kwame kofi kwabena yaw ama akua abena adwoa ngozi chiamaka ifeoma adaeze folake yetunde sipho thabo lerato nomsa themba zanele
            bongani mandla jabari amani wanjiku kamau njoroge otieno achieng wambui abebe tesfaye selam hiwot amadou moussa fatoumata mamadou ousmane aminata ibrahima
            """,
            """
            okafor adeyemi okonkwo eze nwosu balogun adebayo ogunleye chukwu obi mensah owusu boateng asante appiah osei amoah dlamini nkosi ndlovu khumalo mokoena zulu
            mthembu mbeki kamau mwangi odhiambo otieno wanjiru kariuki bekele tadesse alemu haile diallo traoré keita coulibaly ndiaye diop sow cissé touré
            """
        ),
        new(
            "el",
            """
            giorgos dimitris konstantinos ioannis nikos christos panagiotis vasilis athanasios michalis evangelos spyros stavros theodoros kostas yannis petros
            maria eleni katerina vasiliki sofia angeliki georgia dimitra konstantina ioanna anastasia evangelia despina eirini
            """,
            """
            papadopoulos papadopoulou vlachos angelopoulos nikolaidis georgiou petrou oikonomou makris alexiou christodoulou papageorgiou ioannidis karagiannis pappas
            antoniou dimitriou stavropoulos katsaros
            """
        ),
    ];
}
